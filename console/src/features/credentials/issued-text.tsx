import { DateTime } from '#ui/date-time.tsx'
import { credentials } from '#words/credentials.ts'
import { tokens } from '#words/tokens.ts'
import type { Credential } from './use-credentials.ts'

/** What was done, and until when a token from before still works. */
export function IssuedText({ credential }: { readonly credential: Credential }) {
  const { title } = credential
  // Those that were revoked are not among them.
  const until = credential.tokens
    .flatMap(({ kind, expiresAt }) => (kind === 'api' && expiresAt !== null ? [expiresAt] : []))
    .toSorted()
    .at(-1)
  if (until === undefined) return <>{credentials.secrets.issued(title)}</>
  return (
    <>
      {tokens.overlap.issued(title)} <DateTime value={until} show="moment" />.
    </>
  )
}
