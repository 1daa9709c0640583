import type { z } from 'zod'
import { readBounded } from '#http/read-bounded.ts'
import { refuse } from './answers.ts'
import type { NodesContext } from './deps.ts'

const JSON_TYPE = /^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i

export type ReadJson<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: Response }

/** The body, where it is JSON of this shape and not longer. Refusals quote nothing of it. */
export async function readJson<T>(
  c: NodesContext,
  schema: z.ZodType<T>,
  { bytesMax }: { readonly bytesMax: number },
): Promise<ReadJson<T>> {
  if (!JSON_TYPE.test(c.req.header('content-type') ?? ''))
    return { ok: false, refusal: refuse(c, { code: 'unsupported_media_type' }) }
  const bytes = await readBounded(c.req.raw.body, bytesMax)
  if (bytes === undefined)
    return {
      ok: false,
      refusal: refuse(c, { code: 'body_too_large', detail: `At most ${bytesMax} bytes.` }),
    }
  const json = parse(bytes)
  if (json === undefined)
    return {
      ok: false,
      refusal: refuse(c, { code: 'json_malformed', detail: 'The body is not JSON in UTF-8.' }),
    }
  const checked = schema.safeParse(json.value)
  if (checked.success) return { ok: true, value: checked.data }
  const members = checked.error.issues.map(({ path }) => path.join('.') || 'the body itself')
  const detail = `Not accepted: ${members.slice(0, 10).join(', ')}.`
  return { ok: false, refusal: refuse(c, { code: 'validation_failed', detail }) }
}

function parse(bytes: Uint8Array): { readonly value: unknown } | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}
