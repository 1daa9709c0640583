import { Button, VisuallyHidden } from '@mantine/core'
import type { Schemas } from '#api/client.ts'
import { DateTime } from '#ui/date-time.tsx'
import { returnMark } from '#ui/return-focus.ts'
import rows from '#ui/rows.module.css'
import { common } from '#words/common.ts'
import { managementTokens as words } from '#words/management-tokens.ts'
import classes from './token-table.module.css'

type Token = Schemas['ManagementToken']

type Props = {
  readonly tokens: readonly Token[]
  /** Undefined for those who may only look. */
  readonly onRevoke: ((token: Token) => void) | undefined
}

export function TokenTable({ tokens, onRevoke }: Props) {
  const { columns } = words
  return (
    <div className={rows['panel']}>
      <table className={rows['rows']} aria-label={words.table}>
        <thead>
          <tr>
            <th scope="col">{columns.title}</th>
            <th scope="col" className={rows['middle']}>
              {columns.role}
            </th>
            <th scope="col" className={rows['middle']}>
              {columns.created}
            </th>
            <th scope="col" className={rows['middle']}>
              {columns.lastUsed}
            </th>
            {onRevoke && (
              <th scope="col" className={rows['end']}>
                <VisuallyHidden>{common.actions}</VisuallyHidden>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {tokens.map((token) => (
            <TokenRow key={token.id} token={token} onRevoke={onRevoke} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function TokenRow({ token, onRevoke }: { readonly token: Token; readonly onRevoke: Props['onRevoke'] }) {
  const { title, hint, everyTenant, role, createdAt, createdBy, lastUsedAt } = token
  const { columns } = words
  const lastUsed = lastUsedAt === null ? words.never : <DateTime value={lastUsedAt} show="moment" />
  return (
    <tr>
      <td>
        <strong>{title}</strong>
        {hint !== '' && <code className={`${rows['sub']} ${classes['hint']}`}>{hint}</code>}
        {everyTenant && (
          <div className={rows['sub']}>
            {words.everyTenant}. {words.everyTenantHint}
          </div>
        )}
        <div className={classes['summary']}>
          {common.roles[role]} · {columns.lastUsed}: {lastUsed}
        </div>
      </td>
      <td className={rows['middle']}>{common.roles[role]}</td>
      <td className={rows['middle']}>
        {createdAt === null ? words.unknown : <DateTime value={createdAt} />}
        {createdBy !== null && <div className={rows['sub']}>{words.by(createdBy)}</div>}
      </td>
      <td className={rows['middle']}>{lastUsed}</td>
      {onRevoke && (
        <td className={rows['end']}>
          {!everyTenant && (
            <Button
              size="xs"
              variant="default"
              {...returnMark(`revoke-${token.id}`)}
              aria-label={words.revokeOf(title)}
              onClick={() => onRevoke(token)}
            >
              {words.revoke}
            </Button>
          )}
        </td>
      )}
    </tr>
  )
}
