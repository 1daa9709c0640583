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
import { userStatus } from './user-status.ts'
import classes from './user-table.module.css'

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
            <th scope="col" className={rows['middle']}>
              {columns.role}
            </th>
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
            <UserRow
              key={operator.id}
              operator={operator}
              isOwn={operator.id === ownId}
              now={now}
              onAction={onAction}
            />
          ))}
        </tbody>
      </table>
    </div>
  )
}

type RowProps = {
  readonly operator: Operator
  readonly isOwn: boolean
  /** Epoch milliseconds. */
  readonly now: number
  readonly onAction: OnAction | undefined
}

function UserRow({ operator, isOwn, now, onAction }: RowProps) {
  const { name, email, role, twoFactorEnabled, addedAt } = operator
  const status = <StatusDot {...userStatus(operator, now)} />
  return (
    <tr>
      <td>
        <strong>{name}</strong>
        {isOwn && <span className={rows['sub']}> ({words.you})</span>}
        <div className={rows['sub']}>{email}</div>
        <div className={classes['summary']}>
          {status}
          <span>{common.roles[role]}</span>
          {twoFactorEnabled && <span>{words.twoFactorOn}</span>}
        </div>
      </td>
      <td className={rows['middle']}>{common.roles[role]}</td>
      <td className={rows['middle']}>{twoFactorEnabled ? words.on : words.off}</td>
      <td className={rows['middle']}>{status}</td>
      <td className={rows['middle']}>
        <DateTime value={addedAt} />
      </td>
      {onAction && (
        <td className={rows['end']}>
          <UserMenu operator={operator} onAction={onAction} />
        </td>
      )}
    </tr>
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
