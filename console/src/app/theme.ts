import { createTheme, type MantineColorsTuple } from '@mantine/core'

/** Ten shades by name. Their values stand in brand.css, made from the one colour that the server's settings say. */
const brand = Array.from({ length: 10 }, (_, shade) => `var(--mantine-color-brand-${shade})`)

function toTuple([
  a = '',
  b = '',
  c = '',
  d = '',
  e = '',
  f = '',
  g = '',
  h = '',
  i = '',
  j = '',
]: readonly string[]): MantineColorsTuple {
  return [a, b, c, d, e, f, g, h, i, j]
}

export const theme = createTheme({
  primaryColor: 'brand',
  colors: { brand: toTuple(brand) },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    // Coloured words on their own light colour miss the contrast of WCAG 2.2 AA.
    Alert: { styles: { title: { color: 'var(--mantine-color-text)' } } },
    // A field is found by its border: 3:1 against what surrounds it (WCAG 2.2, 1.4.11).
    Input: { vars: () => ({ wrapper: { '--input-bd': 'var(--mantine-color-default-border)' } }) },
    // Locking the page's scroll would need an inline style element, which the content security policy refuses.
    Drawer: {
      defaultProps: {
        position: 'right',
        lockScroll: false,
        padding: 'lg',
        overlayProps: { backgroundOpacity: 0.35 },
      },
    },
    Modal: { defaultProps: { lockScroll: false, centered: true, overlayProps: { backgroundOpacity: 0.35 } } },
    Menu: {
      defaultProps: {
        shadow: 'md',
        position: 'bottom-end',
        withinPortal: true,
        withInitialFocusPlaceholder: false,
      },
    },
    Tooltip: {
      defaultProps: { openDelay: 300, withArrow: true, events: { hover: true, focus: true, touch: false } },
    },
  },
})
