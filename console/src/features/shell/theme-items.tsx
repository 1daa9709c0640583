import { Menu, useMantineColorScheme } from '@mantine/core'
import { IconCheck, IconDeviceDesktop, IconMoon, IconSun } from '@tabler/icons-react'
import { shell } from '#words/shell.ts'

const SCHEMES = [
  { value: 'light', icon: IconSun },
  { value: 'dark', icon: IconMoon },
  { value: 'auto', icon: IconDeviceDesktop },
] as const

/** Light, dark, or as the system. Kept on this device. */
export function ThemeItems() {
  // Without it the library writes a style element, which the content security policy refuses.
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true })
  return (
    <>
      <Menu.Label>{shell.theme}</Menu.Label>
      {SCHEMES.map(({ value, icon: Icon }) => (
        <Menu.Item
          key={value}
          leftSection={<Icon size={16} aria-hidden />}
          rightSection={value === colorScheme ? <IconCheck size={16} aria-hidden /> : null}
          onClick={() => setColorScheme(value)}
          {...(value === colorScheme && { 'aria-current': true })}
        >
          {shell.themes[value]}
        </Menu.Item>
      ))}
    </>
  )
}
