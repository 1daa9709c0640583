import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { DateTime } from '#ui/date-time.tsx'
import { returnMark } from '#ui/return-focus.ts'
import { StatusDot } from '#ui/status-dot.tsx'
import { tokens as words } from '#words/tokens.ts'
import classes from './tokens.module.css'
import type { Token } from './tokens-query.ts'

type Props = {
  readonly token: Token
  /** Epoch milliseconds. */
  readonly now: number
  /** Undefined for those who may only look. */
  readonly onRevoke: ((token: Token) => void) | undefined
}

/** One live token: what may be shown of it, and the button that ends it. */
export function TokenItem({ token, now, onRevoke }: Props) {
  const { id, hint, issuedAt, lastUsedAt, expiresAt } = token
  const kind = words.kinds[token.kind]
  return (
    <li className={classes['item']}>
      <div className={classes['head']}>
        <div className={classes['name']}>
          <strong>{kind}</strong> <code>{hint}</code>
        </div>
        {onRevoke && (
          <Button
            size="xs"
            variant="default"
            aria-label={words.revoke.of(kind, hint)}
            {...returnMark(`revoke-${id}`)}
            onClick={() => onRevoke(token)}
          >
            {words.revoke.button}
          </Button>
        )}
      </div>
      <dl className={classes['facts']}>
        <Fact name={words.issued}>
          <DateTime value={issuedAt} show="moment" />
        </Fact>
        <Fact name={words.lastUsed}>
          {lastUsedAt === null ? words.never : <DateTime value={lastUsedAt} show="moment" />}
        </Fact>
        <Fact name={words.expires}>
          <Expiry expiresAt={expiresAt} now={now} />
        </Fact>
      </dl>
    </li>
  )
}

/** It may expire while somebody looks. */
function Expiry({ expiresAt, now }: { readonly expiresAt: string | null; readonly now: number }) {
  if (expiresAt === null) return <>{words.neverExpires}</>
  if (Date.parse(expiresAt) <= now) return <StatusDot tone="warn" label={words.expired} />
  return <DateTime value={expiresAt} show="moment" />
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
