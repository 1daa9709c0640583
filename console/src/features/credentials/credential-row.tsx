import { ActionIcon, Tooltip } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import { memo } from 'react'
import { DateTime } from '#ui/date-time.tsx'
import { returnMark } from '#ui/return-focus.ts'
import { StatusDot } from '#ui/status-dot.tsx'
import { credentials } from '#words/credentials.ts'
import { tokens } from '#words/tokens.ts'
import classes from './credentials.module.css'
import { menuId } from './menu-id.ts'
import { RowMenu } from './row-menu.tsx'
import { isExpired, newestToken } from './token-state.ts'
import type { Credential } from './use-credentials.ts'

export type RowAction = 'edit' | 'endpoints' | 'tokens' | 'issue' | 'delete'

type Props = {
  readonly credential: Credential
  readonly index: number
  readonly isLast: boolean
  readonly mayChange: boolean
  /** Epoch milliseconds. */
  readonly now: number
  readonly onRow: (action: RowAction, credential: Credential) => void
}

export const CredentialRow = memo(function CredentialRow(props: Props) {
  const { credential, index, isLast, mayChange, onRow } = props
  const { title, authenticationMethod: method, active, createdAt } = credential
  const status = active ? credentials.active : credentials.inactive
  return (
    <tr aria-rowindex={index + 2} data-row {...(isLast && { 'data-last': true })}>
      <td>
        <button
          type="button"
          className={classes['title']}
          // Whoever may only look has no menu for the focus to come back to.
          {...(!mayChange && returnMark(menuId(credential.id)))}
          onClick={() => onRow('edit', credential)}
        >
          {title}
        </button>
        <Subtitle {...props} />
        <div className={classes['summary']}>
          {[credentials.methods[method], endpointsText(credential), status].join(' · ')}
        </div>
      </td>
      <td className={classes['middle']}>{credentials.methods[method]}</td>
      <td className={classes['middle']}>
        <span className={isEmpty(credential) ? classes['warn'] : undefined}>{endpointsText(credential)}</span>
      </td>
      <td className={classes['middle']}>
        <StatusDot tone={active ? 'good' : 'off'} label={status} />
      </td>
      <td className={classes['middle']}>
        <Expires {...props} />
      </td>
      <td className={classes['wide']}>
        <DateTime value={createdAt} />
      </td>
      <td className={classes['menu']}>{mayChange && <RowMenu credential={credential} onRow={onRow} />}</td>
    </tr>
  )
})

function isEmpty({ allowedEndpoints: allowed }: Credential): boolean {
  return allowed.kind === 'only' && allowed.count === 0
}

function endpointsText({ allowedEndpoints: allowed }: Credential): string {
  if (allowed.kind === 'all') return credentials.allEndpoints
  return allowed.count === 0 ? credentials.noEndpoints : credentials.endpoints(allowed.count)
}

/** The description; before it, what somebody should look at now. */
function Subtitle({ credential, onRow }: Props) {
  const { title, description, refreshTokenReusedAt: reusedAt } = credential
  if (description === '' && reusedAt === null) return null
  return (
    <div className={classes['description']}>
      {reusedAt !== null && (
        <button
          type="button"
          className={classes['badge']}
          aria-label={tokens.reuse.badgeOf(title)}
          onClick={() => onRow('tokens', credential)}
        >
          {tokens.reuse.badge}
        </button>
      )}
      {description}
    </div>
  )
}

/** When the newest token expires; once it has, or there is none, the icon that issues new ones. */
function Expires({ credential, now, mayChange, onRow }: Props) {
  const { title, authenticationMethod: method } = credential
  const token = newestToken(credential)
  if (token && !isExpired(token, now)) {
    return token.expiresAt === null ? (
      credentials.neverExpires
    ) : (
      <DateTime value={token.expiresAt} show="moment" />
    )
  }
  const label = method === 'oauth' ? credentials.refresh(title) : credentials.issueFor(title)
  return (
    <span className={classes['expires']}>
      <StatusDot tone="warn" label={token ? credentials.expired : credentials.noToken} />
      {mayChange && (
        <Tooltip label={label}>
          <ActionIcon variant="subtle" aria-label={label} onClick={() => onRow('issue', credential)}>
            <IconRefresh size={17} aria-hidden />
          </ActionIcon>
        </Tooltip>
      )}
    </span>
  )
}
