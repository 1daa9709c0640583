import { SETS } from '../../../sandbox/src/events/model.ts'
import type { ReceivedCall } from '../../../sandbox/src/events/service.ts'
import type { Reply } from './gate.ts'

const SOURCES = [...Object.keys(SETS), 'Me']

/** What a credential may reach, in words of the sandbox and not of the gateway. */
export type Grant = {
  readonly keys: readonly string[]
  /** Sets that it may read. */
  readonly readable: ReadonlySet<string>
  /** Sets of which it may call nothing at all. */
  readonly foreign: readonly string[]
}

export function grantOf(keys: readonly string[]): Grant {
  const named = (source: string) => keys.some((key) => key.split(' ')[1]?.split('/')[0] === source)
  return {
    keys,
    readable: new Set(SOURCES.filter((source) => keys.includes(`GET ${source}`))),
    foreign: SOURCES.filter((source) => !named(source)),
  }
}

/**
 * The endpoints that calls have really reached and the credential does not have. To change an entity, or to call what is
 * bound to it, the service has to find it: that is no reading of its set.
 */
export function reachedTooMuch(grant: Grant, calls: readonly ReceivedCall[]): readonly string[] {
  return calls.flatMap(({ method, target, reached, body }) => {
    const isBatch = target.endsWith('$batch')
    const reads = isBatch
      ? !/\b(?:POST|PUT|PATCH|DELETE)\b/.test(body)
      : method === 'GET' || target.endsWith('$query')
    return reached.filter((endpoint) => {
      if (grant.keys.includes(endpoint)) return false
      const [verb, source = ''] = endpoint.split(' ')
      if (verb !== 'GET') return true
      const bound = grant.keys.some((key) => key.includes(` ${source}/`))
      return !bound && (reads || grant.foreign.includes(source))
    })
  })
}

/** Marks of sets in an answer of which the credential may call nothing. */
export function marksTooMuch(grant: Grant, { text, headers }: Reply): readonly string[] {
  const all = text + JSON.stringify(headers)
  return grant.foreign.filter((set) => all.includes(`x-${set.toLowerCase()}-`))
}

/** An answer without what differs each time. */
export function comparable({ status, headers, text }: Reply): string {
  const boundary = /boundary="?([\w-]+)/.exec(headers['content-type'] ?? '')?.[1]
  const plain = boundary === undefined ? text : text.replaceAll(boundary, 'boundary')
  const kept = ['content-type', 'location', 'etag', 'odata-version', 'odata-entityid'].map(
    (name) => `${name}: ${String(headers[name] ?? '').replace(boundary ?? '\0', 'boundary')}`,
  )
  // Lengths that are told inside of a multipart body change with the boundary alone, which has always the same length.
  const unnamed = plain.replaceAll(/"(?:requestId|instance)":"[^"]*"/g, '""')
  return [status, ...kept, unnamed].join('\n')
}
