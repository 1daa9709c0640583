import { bodyLimit } from 'hono/body-limit'
import { createMiddleware } from 'hono/factory'
import { jsonErrorPlace } from '#http/json-place.ts'
import { refuse } from './answers.ts'
import type { AdminEnv } from './deps.ts'

const BODY_BYTES_MAX = 1024 * 1024
const JSON_TYPE = /^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i

/** Refuses a body over 1 MiB or that is not JSON in UTF-8, naming the place and quoting nothing. */
export const jsonBody = createMiddleware<AdminEnv>(async (c, next) => {
  if (!JSON_TYPE.test(c.req.header('content-type') ?? ''))
    return refuse(c, { code: 'unsupported_media_type' })
  const tooLarge = (): Response =>
    refuse(c, { code: 'body_too_large', detail: `At most ${BODY_BYTES_MAX} bytes.` })
  return await bodyLimit({ maxSize: BODY_BYTES_MAX, onError: tooLarge })(c, async () => {
    const detail = jsonProblem(await c.req.arrayBuffer())
    if (detail === undefined) await next()
    else c.res = refuse(c, { code: 'json_malformed', detail })
  })
})

/** The same where the body may be left out. */
export const optionalJsonBody = createMiddleware<AdminEnv>(async (c, next) => {
  // A request without a body may have an empty stream all the same, so the headers tell (RFC 9112 6.3).
  const length = c.req.header('content-length') ?? '0'
  const isAnnounced = length !== '0' || c.req.header('transfer-encoding') !== undefined
  const comes = isAnnounced || c.req.header('content-type') !== undefined
  return comes ? await jsonBody(c, next) : await next()
})

const DISCARDED_BYTES_MAX = 8 * BODY_BYTES_MAX

/** Reads away a body that nobody has read: a caller that is cut off while it sends may never see its answer. */
export async function discardBody({ body, bodyUsed }: Request): Promise<void> {
  if (body === null || bodyUsed || body.locked) return
  let length = 0
  for await (const chunk of body) {
    length += chunk.byteLength
    if (length > DISCARDED_BYTES_MAX) return
  }
}

function jsonProblem(bytes: ArrayBuffer): string | undefined {
  if (bytes.byteLength === 0) return 'The body is empty.'
  const text = decodeUtf8(bytes)
  if (text === undefined) return 'The body is not UTF-8.'
  return isJson(text) ? undefined : `The body stops being JSON at ${jsonErrorPlace(text) ?? 'its end'}.`
}

function decodeUtf8(bytes: ArrayBuffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
