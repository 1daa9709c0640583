import { ActionIcon, Tooltip } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import { memo } from 'react'
import { DateTime } from '#ui/date-time.tsx'
import { StatusDot } from '#ui/status-dot.tsx'
import { credentials } from '#words/credentials.ts'
import classes from './credentials.module.css'
import { RowMenu } from './row-menu.tsx'
import type { Credential } from './use-credentials.ts'

export type RowAction = 'edit' | 'endpoints' | 'issue' | 'delete'

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
  const { title, description, authenticationMethod: method, active, createdAt } = credential
  const status = active ? credentials.active : credentials.inactive
  return (
    <tr aria-rowindex={index + 2} data-row {...(isLast && { 'data-last': true })}>
      <td>
        <button type="button" className={classes['title']} onClick={() => onRow('edit', credential)}>
          {title}
        </button>
        {description !== '' && <div className={classes['description']}>{description}</div>}
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

/** When the access token expires; once it has, the icon that issues a new pair. */
function Expires({ credential, now, mayChange, onRow }: Props) {
  if (credential.authenticationMethod === 'api_token') return <>{credentials.neverExpires}</>
  const access = credential.tokens.findLast(({ kind }) => kind === 'access')
  const expiresAt = access?.expiresAt ?? null
  if (expiresAt !== null && Date.parse(expiresAt) > now) return <DateTime value={expiresAt} show="moment" />
  const label = credentials.refresh(credential.title)
  return (
    <span className={classes['expires']}>
      <StatusDot tone="warn" label={credentials.expired} />
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
