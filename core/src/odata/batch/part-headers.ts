import type { Analysis, ODataProblem } from '#odata/analysis.ts'
import { readContentType } from '#odata/body/content-type.ts'
import { refuse } from '#odata/text/refusal.ts'
import type { Headers } from './headers.ts'
import { idAlone } from './ids.ts'
import { checkPrefer } from './prefer.ts'

/** Headers that clients send within a batch and that say nothing there; they are left out. */
const LEFT_OUT = new Set([
  'content-length',
  'content-id',
  'content-transfer-encoding',
  'host',
  'mime-version',
  'user-agent',
  'x-csrf-token',
  'dataserviceversion',
  'maxdataserviceversion',
  'accept-charset',
  'accept-encoding',
  'accept-language',
])

const PASSED = new Set([
  'accept',
  'content-type',
  'if-match',
  'if-none-match',
  'prefer',
  'odata-version',
  'odata-maxversion',
])

/**
 * Refuses headers that no request of a batch may have: who asks is said once, and so is what is asked (row 72). The
 * batch's own `Authorization`, repeated to the letter, is left out.
 */
export function checkNames(headers: Headers, authorization: string | undefined): void {
  for (const [name, value] of headers) {
    if (name === 'authorization' && value === authorization) continue
    if (!PASSED.has(name) && !LEFT_OUT.has(name)) {
      refuseHeader('odata_not_supported', `the header "${name}" is not taken in a batch`)
    }
  }
}

/** Headers of one request as they go upstream. `trackChanges` makes its reach unknown. */
export type PassedHeaders = { readonly headers: Headers; readonly trackChanges: boolean }

/**
 * The headers of a request of a batch that go upstream, by an allow-list (row 66). `isEarlier` tells the ids that
 * `If-Match: $<id>` may name (row 71).
 */
export function passHeaders(
  headers: Headers,
  { result }: Pick<Analysis, 'result'>,
  isEarlier: (id: string) => boolean,
): PassedHeaders {
  const passed = new Map<string, string>()
  for (const name of ['odata-version', 'odata-maxversion']) {
    const version = headers.get(name)
    if (version !== undefined && !/^4\.0(?:1)?$/.test(version)) {
      refuseHeader('odata_not_supported', `${name} has to be 4.0 or 4.01`)
    }
    if (version !== undefined) passed.set(name, version)
  }
  passed.set('accept', acceptFor(headers.get('accept') ?? '', result.kind))
  for (const name of ['if-match', 'if-none-match']) {
    const tag = headers.get(name)
    if (tag === undefined) continue
    checkTag(name, tag, isEarlier)
    passed.set(name, tag)
  }
  const prefer = checkPrefer(headers.get('prefer') ?? '')
  if (!prefer.ok) refuse(prefer)
  if (prefer.prefer !== undefined) passed.set('prefer', prefer.prefer)
  return { headers: passed, trackChanges: prefer.trackChanges }
}

/** Entity tags (RFC 9110 8.8.3), `*`, or `$<id>` for the one of an earlier answer. */
function checkTag(name: string, text: string, isEarlier: (id: string) => boolean): void {
  const id = idAlone(text)
  if (id === undefined ? !/^[\x20-\x7e]{1,2000}$/.test(text) || text.startsWith('$') : !isEarlier(id)) {
    refuseHeader('odata_malformed', `${name} has to be an entity tag, or $<id> of an earlier request`)
  }
}

/** Answers are read on their way back: where they are entities, only JSON is asked for. */
function acceptFor(text: string, result: Analysis['result']['kind']): string {
  if (result === 'media') return /^[\x20-\x7e]{1,500}$/.test(text) ? text : '*/*'
  const isRead = (type: string) =>
    type === 'application/json' || (result === 'count' && (type === 'text/plain' || type === '*/*'))
  const kept = text.split(',').filter((item) => isRead(readContentType(item)?.type ?? ''))
  if (kept.length > 0) return kept.map((item) => item.trim()).join(', ')
  return result === 'count' ? 'text/plain' : 'application/json'
}

export function refuseHeader(code: ODataProblem['code'], problem: string): never {
  refuse({ code, problem, in: 'header', at: [0, 0] })
}
