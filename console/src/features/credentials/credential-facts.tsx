import { Button, Text } from '@mantine/core'
import { IconListDetails } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { CopyButton } from '#ui/copy-button.tsx'
import { DateTime } from '#ui/date-time.tsx'
import { useNow } from '#ui/use-now.ts'
import { credentials } from '#words/credentials.ts'
import { tokens as tokenWords } from '#words/tokens.ts'
import classes from './credential-facts.module.css'
import { isExpired } from './token-state.ts'
import type { Credential } from './use-credentials.ts'

type Props = {
  readonly credential: Credential
  /** Opens the drawer with all of its tokens. */
  readonly onTokens: () => void
}

/** What cannot be changed. Of its tokens only what may be shown. */
export function CredentialFacts({ credential, onTokens }: Props) {
  const now = useNow()
  const { id, authenticationMethod: method, email, tokens, createdAt } = credential
  return (
    <section className={classes['facts']} aria-label={credentials.edit.facts}>
      <dl>
        <Fact name={credentials.method}>{credentials.methods[method]}</Fact>
        {email !== undefined && <Fact name={credentials.form.email}>{email}</Fact>}
        {tokens.map((token) => (
          <Fact key={token.id} name={tokenWords.kinds[token.kind]}>
            <code>{token.hint}</code>
            <Text size="xs" c="dimmed">
              {credentials.edit.issued} <DateTime value={token.issuedAt} show="moment" />
              {' · '}
              {token.expiresAt === null ? (
                credentials.neverExpires
              ) : (
                <>
                  {isExpired(token, now) ? credentials.expired : credentials.secrets.expires}{' '}
                  <DateTime value={token.expiresAt} show="moment" />
                </>
              )}
            </Text>
          </Fact>
        ))}
        <Fact name={tokenWords.drawer}>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconListDetails size={15} aria-hidden />}
            onClick={onTokens}
          >
            {tokenWords.open}
          </Button>
        </Fact>
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
