import { hash, timingSafeEqual } from 'node:crypto'
import type { Kysely } from 'kysely'
import { managementTokenFind, managementTokenInsert } from '#storage/management-tokens.ts'
import type { Schema } from '#storage/schema.ts'

/** Who may use the admin API from a program. */
export type ManagementAccess = {
  readonly verify: (token: string) => { readonly id: string } | undefined
  /** The token just made, to be shown once. Undefined where it is given by setting or was made at an earlier start. */
  readonly made: string | undefined
}

export type ManagementAccessOptions = {
  readonly given: string | undefined
  readonly now: number
  readonly randomBytes: (count: number) => Uint8Array
}

/** Takes the token from the settings; else the stored one's digest; else makes one, and stores its digest alone. */
export async function openManagementAccess(
  db: Kysely<Schema>,
  options: ManagementAccessOptions,
): Promise<ManagementAccess> {
  if (options.given !== undefined) {
    return {
      verify: verifier({ id: 'mgt_from_settings', digest: hash('sha256', options.given) }),
      made: undefined,
    }
  }
  const stored = await managementTokenFind(db)
  if (stored) return { verify: verifier(stored), made: undefined }
  const random = (count: number): string => Buffer.from(options.randomBytes(count)).toString('base64url')
  const token = `sd_mgt_${random(32)}`
  const row = {
    id: `mgt_${random(12)}`,
    digest: hash('sha256', token),
    hint: token.slice(-4),
    created_at: options.now,
  }
  await managementTokenInsert(db, row)
  return { verify: verifier(row), made: token }
}

function verifier({
  id,
  digest,
}: {
  readonly id: string
  readonly digest: string
}): ManagementAccess['verify'] {
  const expected = Buffer.from(digest, 'hex')
  return (token) =>
    timingSafeEqual(expected, Buffer.from(hash('sha256', token), 'hex')) ? { id } : undefined
}
