import { Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { CopyButton } from '#ui/copy-button.tsx'
import { DateTime } from '#ui/date-time.tsx'
import { credentials } from '#words/credentials.ts'
import classes from './credential-facts.module.css'
import type { Credential } from './use-credentials.ts'

const KINDS = {
  api: credentials.secrets.apiToken,
  access: credentials.secrets.accessToken,
  refresh: credentials.secrets.refreshToken,
} as const

/** What cannot be changed. Of its tokens only what may be shown. */
export function CredentialFacts({ credential }: { readonly credential: Credential }) {
  const { id, authenticationMethod: method, email, tokens, createdAt } = credential
  return (
    <section className={classes['facts']} aria-label={credentials.edit.facts}>
      <dl>
        <Fact name={credentials.method}>{credentials.methods[method]}</Fact>
        {email !== undefined && <Fact name={credentials.form.email}>{email}</Fact>}
        {tokens.map((token) => (
          <Fact key={token.id} name={KINDS[token.kind]}>
            <code>{token.hint}</code>
            <Text size="xs" c="dimmed">
              {credentials.edit.issued} <DateTime value={token.issuedAt} show="moment" />
              {' · '}
              {token.expiresAt === null ? (
                credentials.neverExpires
              ) : (
                <>
                  {credentials.secrets.expires} <DateTime value={token.expiresAt} show="moment" />
                </>
              )}
            </Text>
          </Fact>
        ))}
        <Fact name={credentials.columns.created}>
          <DateTime value={createdAt} show="moment" />
        </Fact>
        <Fact name={credentials.edit.id}>
          <span className={classes['id']}>
            <code>{id}</code>
            <CopyButton value={id} what={credentials.edit.idName} />
          </span>
        </Fact>
      </dl>
    </section>
  )
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className={classes['fact']}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
