import { emailKey } from '#credentials/email-key.ts'
import { type CredentialClientRow, credentialListClients } from '#storage/credentials.ts'
import type { Client, TokensDeps } from './deps.ts'

/** How many credentials of one address are compared: each comparison costs 20 ms. */
const COMPARED_MAX = 4

export type ClientSecret = {
  /** Id or e-mail address of a credential. */
  readonly clientId: string
  readonly secret: string
}

/** Compares passwords; what is not there costs the same as what is wrong. */
export type AuthenticateClient = (presented: ClientSecret) => Promise<Client | 'wrong' | 'overloaded'>

export function createAuthenticateClient({ db, hasher, randomBytes }: TokensDeps): AuthenticateClient {
  let decoy: Promise<string | undefined> | undefined
  return async ({ clientId, secret }) => {
    const rows = await credentialListClients(
      db,
      clientId.startsWith('cred_') ? { id: clientId } : { emailKey: emailKey(clientId) },
    )
    const compared = rows.filter((row) => row.password_hash !== null).slice(0, COMPARED_MAX)
    if (compared.length === 0) {
      // A password that nobody has, so that an unknown client takes as long as a known one.
      decoy ??= hasher.hash(Buffer.from(randomBytes(24)).toString('base64url'))
      const phc = await decoy
      if (phc === undefined) decoy = undefined
      const answer = phc === undefined ? undefined : await hasher.verify(phc, secret)
      return answer === undefined ? 'overloaded' : 'wrong'
    }
    const matching: CredentialClientRow[] = []
    for (const row of compared) {
      const matches = await hasher.verify(row.password_hash ?? '', secret)
      if (matches === undefined) return 'overloaded'
      if (matches) matching.push(row)
    }
    const [only, ...others] = matching
    // Two credentials of one address and one password cannot be told apart: the id can.
    if (!only || others.length > 0) return 'wrong'
    return { credentialId: only.id, tenantId: only.tenant_id, active: only.active === 1 }
  }
}
