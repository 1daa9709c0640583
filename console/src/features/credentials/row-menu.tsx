import { Menu } from '@mantine/core'
import { IconKey, IconListCheck, IconListDetails, IconPencil, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { returnMark } from '#ui/return-focus.ts'
import { credentials } from '#words/credentials.ts'
import type { RowAction } from './credential-row.tsx'
import classes from './credentials.module.css'
import { menuId } from './menu-id.ts'
import type { Credential } from './use-credentials.ts'

type Props = {
  readonly credential: Credential
  readonly onRow: (action: RowAction, credential: Credential) => void
}

/** The three dots. The menu itself is made when it is first asked for: rows fly by in their hundreds. */
export function RowMenu({ credential, onRow }: Props) {
  const [wanted, setWanted] = useState(false)
  const button = (
    <button
      type="button"
      className={classes['dots']}
      aria-label={credentials.actions(credential.title)}
      aria-haspopup="menu"
      {...returnMark(menuId(credential.id))}
      {...(!wanted && { 'aria-expanded': false, onClick: () => setWanted(true) })}
    >
      <svg viewBox="0 0 20 20" width="20" height="20" fill="currentColor" aria-hidden>
        <circle cx="4" cy="10" r="1.7" />
        <circle cx="10" cy="10" r="1.7" />
        <circle cx="16" cy="10" r="1.7" />
      </svg>
    </button>
  )
  if (!wanted) return button
  const { menu } = credentials
  return (
    <Menu defaultOpened>
      <Menu.Target>{button}</Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconListCheck size={16} aria-hidden />}
          onClick={() => onRow('endpoints', credential)}
        >
          {menu.endpoints}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconPencil size={16} aria-hidden />}
          onClick={() => onRow('edit', credential)}
        >
          {menu.edit}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconListDetails size={16} aria-hidden />}
          onClick={() => onRow('tokens', credential)}
        >
          {menu.tokens}
        </Menu.Item>
        <Menu.Item leftSection={<IconKey size={16} aria-hidden />} onClick={() => onRow('issue', credential)}>
          {menu.refresh}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconTrash size={16} aria-hidden />}
          c="var(--mantine-color-error)"
          onClick={() => onRow('delete', credential)}
        >
          {menu.delete}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
