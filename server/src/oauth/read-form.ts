import { refuse } from './answers.ts'
import type { OAuthContext } from './deps.ts'

const FORM_TYPE = /^application\/x-www-form-urlencoded\s*(?:;\s*charset="?utf-8"?\s*)?$/i
const BODY_BYTES_MAX = 16 * 1024
/** Never in an address, where logs and histories would keep them (RFC 6749 2.3.1, RFC 9700 4.3.2). */
const SECRET_PARAMETERS = ['client_secret', 'password', 'refresh_token', 'token', 'access_token']

/** The parameters that are there: an empty value is none (RFC 6749 3.1). */
export type Form = ReadonlyMap<string, string>

/** Reads the form, or the answer that refuses it: no form, too large, a parameter twice, a secret in the address. */
export async function readForm(c: OAuthContext): Promise<Form | Response> {
  const invalid = (description: string): Response => refuse(c, { error: 'invalid_request', description })
  const query = new URL(c.req.url).searchParams
  if (SECRET_PARAMETERS.some((name) => query.has(name)))
    return invalid('A secret stands in the address. Send it in the body.')
  if (!FORM_TYPE.test(c.req.header('content-type') ?? ''))
    return invalid('Send application/x-www-form-urlencoded in UTF-8.')
  const text = await readText(c.req.raw)
  if (text === undefined) return invalid('The body is too large, or not UTF-8.')
  const form = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(text)) {
    if (value === '') continue
    if (form.has(name)) return invalid('A parameter stands there twice.')
    form.set(name, value)
  }
  return form
}

async function readText({ body }: Request): Promise<string | undefined> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body ?? []) {
    length += chunk.byteLength
    // Read to the end all the same: a caller that is cut off while it sends may never see its answer.
    if (length <= BODY_BYTES_MAX) chunks.push(chunk)
    if (length > BODY_BYTES_MAX * 64) return undefined
  }
  if (length > BODY_BYTES_MAX) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))
  } catch {
    return undefined
  }
}
