import { emailKey } from '#credentials/email-key.ts'
import { credentialListClients } from '#storage/credentials.ts'
import type { Client, TokensDeps } from './deps.ts'

/**
 * How many passwords are compared for an address, whether no credential has it or several: each comparison costs 20 ms,
 * and one more or less would tell. An id is compared with one: nobody finds out ids by trying.
 */
const COMPARED = { address: 4, id: 1 } as const

export type ClientSecret = {
  /** Id or e-mail address of a credential. */
  readonly clientId: string
  readonly secret: string
}

/** Compares passwords; what is not there costs the same as what is wrong. */
export type AuthenticateClient = (presented: ClientSecret) => Promise<Client | 'wrong' | 'overloaded'>

export function createAuthenticateClient({ db, hasher, randomBytes }: TokensDeps): AuthenticateClient {
  let decoy: Promise<string | undefined> | undefined
  /** A password that nobody has, compared where there is none. Made with the first client, known or not. */
  const decoyHash = async (): Promise<string | undefined> => {
    decoy ??= hasher.hash(Buffer.from(randomBytes(24)).toString('base64url'))
    const phc = await decoy
    if (phc === undefined) decoy = undefined
    return phc
  }
  return async ({ clientId, secret }) => {
    const phc = await decoyHash()
    if (phc === undefined) return 'overloaded'
    const isId = clientId.startsWith('cred_')
    const by = isId ? { id: clientId } : { emailKey: emailKey(clientId) }
    const rows = await db.snapshot(undefined, (trx) => credentialListClients(trx, by))
    const matching: Client[] = []
    for (let place = 0; place < (isId ? COMPARED.id : COMPARED.address); place += 1) {
      const row = rows[place]
      const matches = await hasher.verify(row?.password_hash ?? phc, secret)
      if (matches === undefined) return 'overloaded'
      if (matches && row?.password_hash)
        matching.push({ credentialId: row.id, tenantId: row.tenant_id, active: row.active === 1 })
    }
    const [only, ...others] = matching
    // Two credentials of one address and one password cannot be told apart: the id can.
    return only && others.length === 0 ? only : 'wrong'
  }
}
