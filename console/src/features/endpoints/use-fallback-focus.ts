import { type RefObject, useEffect } from 'react'

/** A button that did all there was to do is gone, and with it the focus: the search field gets it then. */
export function useFallbackFocus(root: RefObject<HTMLElement | null>, changed: unknown): void {
  useEffect(() => {
    if (document.activeElement !== document.body) return
    root.current?.querySelector<HTMLElement>('[data-fallback-focus]')?.focus()
  }, [root, changed])
}
