import type { z } from 'zod'
import { problem } from '#http/problems.ts'
import { readBounded } from '#http/read-bounded.ts'
import { ADDRESS_HEADER, AUTH_PATH } from './auth-options.ts'
import { clientNetwork } from './client-network.ts'

const BODY_BYTES_MAX = 16 * 1024

/** A request to sign in, out, or to change how one does. */
export type AuthCall = {
  readonly request: Request
  readonly requestId: string
  /** Where the caller comes from, for counting. */
  readonly network: string
}

/** Whoever answers requests in the form of Better Auth. */
export type AuthHandler = { readonly handler: (request: Request) => Promise<Response> }

export function toCall(request: Request, requestId: string): AuthCall {
  return { request, requestId, network: clientNetwork(request.headers.get(ADDRESS_HEADER) ?? '') }
}

const PASSED_ON = ['cookie', 'user-agent', ADDRESS_HEADER]

/**
 * Asks Better Auth. It gets a request made anew of what was understood here: nobody sends it a header, a member or a
 * spelling that we have not thought of.
 */
export async function askAuth(
  auth: AuthHandler,
  { request }: AuthCall,
  { url, body }: { readonly url: URL; readonly body?: object },
): Promise<Response> {
  const headers = new Headers({ origin: url.origin })
  for (const name of PASSED_ON) {
    const value = request.headers.get(name)
    if (value !== null) headers.set(name, value)
  }
  if (!body) return await auth.handler(new Request(url, { headers }))
  headers.set('content-type', 'application/json')
  return await auth.handler(new Request(url, { method: 'POST', headers, body: JSON.stringify(body) }))
}

/** The address of one of Better Auth's endpoints. */
export function authUrl(base: string, path: string): URL {
  return new URL(`${AUTH_PATH}${path}`, base)
}

const JSON_TYPE = /^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i

/** The fields of the body, or the answer that refuses it. Values are never quoted. */
export async function readFields<Schema extends z.ZodType>(
  { request, requestId }: AuthCall,
  schema: Schema,
): Promise<z.output<Schema> | Response> {
  if (!JSON_TYPE.test(request.headers.get('content-type') ?? ''))
    return problem({ requestId, code: 'unsupported_media_type' })
  const bytes = await readBounded(request.body, BODY_BYTES_MAX)
  if (!bytes) {
    return problem({ requestId, code: 'body_too_large', detail: `At most ${BODY_BYTES_MAX} bytes.` })
  }
  const json = parseJson(bytes)
  if (json === undefined) return problem({ requestId, code: 'json_malformed' })
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  const errors = parsed.error.issues.map(({ path, message }) => ({
    field: path.map((part) => `/${String(part)}`).join(''),
    message,
  }))
  return problem({ requestId, code: 'validation_failed', extra: { errors } })
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
}
