import { ActionIcon, Menu } from '@mantine/core'
import { IconLogout, IconUser, IconUserCircle } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useMe } from '#api/me.ts'
import { shell } from '#words/shell.ts'
import { ThemeItems } from './theme-items.tsx'
import { useSignOut } from './use-sign-out.ts'

/** Who is signed in; appearance; the way out. */
export function AccountMenu() {
  const { operator } = useMe()
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon variant="subtle" size={36} radius="xl" aria-label={shell.account(operator?.name ?? '')}>
          <IconUserCircle size={24} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{operator?.email}</Menu.Label>
        <AccountItems />
      </Menu.Dropdown>
    </Menu>
  )
}

export function AccountItems() {
  const signOut = useSignOut()
  return (
    <>
      <Menu.Item
        leftSection={<IconUser size={16} aria-hidden />}
        renderRoot={(props) => <Link to="/account" {...props} />}
      >
        {shell.myAccount}
      </Menu.Item>
      <Menu.Divider />
      <ThemeItems />
      <Menu.Divider />
      <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={signOut}>
        {shell.signOut}
      </Menu.Item>
    </>
  )
}
