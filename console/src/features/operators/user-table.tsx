import { ActionIcon, Menu, VisuallyHidden } from '@mantine/core'
import { IconDots, IconLink, IconUserMinus, IconUserShield } from '@tabler/icons-react'
import { DateTime } from '#ui/date-time.tsx'
import { returnMark } from '#ui/return-focus.ts'
import rows from '#ui/rows.module.css'
import { StatusDot } from '#ui/status-dot.tsx'
import { useNow } from '#ui/use-now.ts'
import { common } from '#words/common.ts'
import { operators as words } from '#words/operators.ts'
import type { Operator } from './operators-query.ts'

export type UserAction = 'role' | 'invite' | 'remove'
type OnAction = (action: UserAction, operator: Operator) => void

type Props = {
  readonly operators: readonly Operator[]
  readonly ownId: string | undefined
  /** Undefined for those who may only look. */
  readonly onAction: OnAction | undefined
}

/** The mark of the button that opens somebody's menu: the focus comes back to it. */
export function userMenuId(operatorId: string): string {
  return `actions-${operatorId}`
}

export function UserTable({ operators, ownId, onAction }: Props) {
  const { columns } = words
  const now = useNow()
  return (
    <div className={rows['panel']}>
      <table className={rows['rows']} aria-label={words.table}>
        <thead>
          <tr>
            <th scope="col">{columns.name}</th>
            <th scope="col">{columns.role}</th>
            <th scope="col" className={rows['middle']}>
              {columns.twoFactor}
            </th>
            <th scope="col" className={rows['middle']}>
              {columns.status}
            </th>
            <th scope="col" className={rows['middle']}>
              {columns.added}
            </th>
            {onAction && (
              <th scope="col" className={rows['end']}>
                <VisuallyHidden>{common.actions}</VisuallyHidden>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {operators.map((operator) => (
            <tr key={operator.id}>
              <td>
                <strong>{operator.name}</strong>
                {operator.id === ownId && <span className={rows['sub']}> ({words.you})</span>}
                <div className={rows['sub']}>{operator.email}</div>
              </td>
              <td>{common.roles[operator.role]}</td>
              <td className={rows['middle']}>{operator.twoFactorEnabled ? words.on : words.off}</td>
              <td className={rows['middle']}>
                <Status operator={operator} now={now} />
              </td>
              <td className={rows['middle']}>
                <DateTime value={operator.addedAt} />
              </td>
              {onAction && (
                <td className={rows['end']}>
                  <UserMenu operator={operator} onAction={onAction} />
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Status({ operator, now }: { readonly operator: Operator; readonly now: number }) {
  const { pending, invitationExpiresAt: until } = operator
  if (!pending) return <StatusDot tone="good" label={words.active} />
  if (until === null || Date.parse(until) <= now) return <StatusDot tone="warn" label={words.expired} />
  return (
    <>
      {words.invitedUntil} <DateTime value={until} />
    </>
  )
}

function UserMenu({ operator, onAction }: { readonly operator: Operator; readonly onAction: OnAction }) {
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          size="lg"
          {...returnMark(userMenuId(operator.id))}
          aria-label={words.actions(operator.name)}
        >
          <IconDots size={20} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconUserShield size={16} aria-hidden />}
          onClick={() => onAction('role', operator)}
        >
          {words.menu.role}
        </Menu.Item>
        {operator.pending && (
          <Menu.Item
            leftSection={<IconLink size={16} aria-hidden />}
            onClick={() => onAction('invite', operator)}
          >
            {words.menu.invite}
          </Menu.Item>
        )}
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconUserMinus size={16} aria-hidden />}
          c="var(--mantine-color-error)"
          onClick={() => onAction('remove', operator)}
        >
          {words.menu.remove}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
