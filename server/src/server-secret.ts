import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const SECRET_BYTES = 32

export type ServerSecretOptions = {
  /** Of the settings; it stands in for the file. */
  readonly given: string | undefined
  readonly dataDirectory: string
  readonly randomBytes: (count: number) => Uint8Array
}

/** What signs cookies and encrypts second factors: made once, in a file beside the database that only this account reads. */
export function readServerSecret({ given, dataDirectory, randomBytes }: ServerSecretOptions): string {
  if (given !== undefined) return given
  const path = join(dataDirectory, 'server-secret')
  if (!existsSync(path)) {
    const made = Buffer.from(randomBytes(SECRET_BYTES)).toString('base64url')
    writeFileSync(path, `${made}\n`, { mode: 0o600, flag: 'wx', flush: true })
  }
  const secret = readFileSync(path, 'utf8').trim()
  if (secret.length < SECRET_BYTES)
    throw new Error(
      `${path}: this is not a server secret. Restore the file, or delete it: then everybody signs in anew.`,
    )
  return secret
}
