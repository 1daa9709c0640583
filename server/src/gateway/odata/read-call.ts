import type { Matcher } from '@stagedoor/core/catalog/matcher.ts'
import type { Unreadable } from '@stagedoor/core/decision.ts'
import { isUpdateCondition } from '@stagedoor/core/odata/batch/if-match.ts'
import { checkPrefer } from '@stagedoor/core/odata/batch/prefer.ts'
import { type Header, toHeaders } from '#gateway/fields.ts'
import { headerClass } from '#gateway/header-traits.ts'
import type { RequestHead } from '#gateway/request-head.ts'
import type { FieldSection } from '#gateway/wire/field-section.ts'

/** A call to an OData service, as its head says it. */
export type ODataCall = {
  readonly ok: true
  readonly method: string
  /** The request target behind the service root, as it was sent. */
  readonly text: string
  /** A condition that can be relied upon: then PATCH and PUT never insert (Part 1, 11.4.4). */
  readonly ifMatch: boolean
  readonly headers: readonly Header[]
  /** The same, as they came. */
  readonly fields: FieldSection
  readonly hasBody: boolean
  /** In lower case, parameters left as they are; empty where there is none. */
  readonly contentType: string
  readonly accept: string
  /** The preferences that go upstream; empty for none. */
  readonly prefer: string
  /** The answer then carries a link to changes, whose reach nobody can know (odata.md row 51). */
  readonly trackChanges: boolean
  /** What the call and its answer are written in. */
  readonly versions: { readonly version: ODataVersion; readonly maxVersion: ODataVersion }
}

export type ReadODataCall = ODataCall | ({ readonly ok: false } & Unreadable)

export type ODataVersion = '4.0' | '4.01'

/** Headers of OData 2 and 3 that ask for another method than the request line does (odata.md row 72). */
const METHOD_OVERRIDES = new Set(['x-http-method', 'x-http-method-override', 'x-method-override'])

/** Reads what the head of a call says to an OData service. */
export function readODataCall(head: RequestHead, { catalog, mountSegments }: Matcher): ReadODataCall {
  const headers = toHeaders(head.fields)
  const override = headers.find(([name]) => METHOD_OVERRIDES.has(headerClass(name)))
  if (override) return refused(override[0], 'it asks for another method; call with that method instead')
  if (head.target.query.some(({ name }) => /^\$?_method$/i.test(name)))
    return refused('_method', 'it asks for another method; call with that method instead')
  const encoding = valueOf(headers, 'content-encoding')
  if (encoding !== '' && encoding.toLowerCase() !== 'identity') {
    const problem = 'bodies are read as they are; send it without an encoding'
    return refused('content-encoding', problem, 'odata_body_type')
  }
  const wishes = checkPrefer(valueOf(headers, 'prefer'))
  if (!wishes.ok) return { reason: wishes.code, ...wishes }
  const own = catalog.odata?.model.version ?? '4.0'
  const version = readVersion(valueOf(headers, 'odata-version'))
  const maxVersion = readVersion(valueOf(headers, 'odata-maxversion'))
  if (version === 'unknown') return refused('odata-version', 'expected 4.0 or 4.01')
  // Whoever reads a later version reads this one (Part 1, 5.1).
  const reads = maxVersion === 'unknown' ? '4.01' : maxVersion
  return {
    ok: true,
    method: head.method,
    text: behindMount(head.rawTarget, mountSegments.length),
    ifMatch: isUpdateCondition(valueOf(headers, 'if-match')),
    headers,
    fields: head.fields,
    hasBody: head.hasBody,
    contentType: valueOf(headers, 'content-type').toLowerCase(),
    accept: valueOf(headers, 'accept'),
    prefer: wishes.prefer ?? '',
    trackChanges: wishes.trackChanges,
    versions: { version: version ?? own, maxVersion: reads ?? version ?? own },
  }
}

/** The value of a header, several joined as RFC 9110 5.2 says; empty where there is none. */
export function valueOf(headers: readonly Header[], name: string): string {
  return headers
    .filter(([other]) => other === name)
    .map(([, value]) => value)
    .join(', ')
}

/** What stands behind so many segments. The target was read strictly: each slash of its path divides two segments. */
function behindMount(rawTarget: string, depth: number): string {
  const mark = rawTarget.indexOf('?')
  const end = mark < 0 ? rawTarget.length : mark
  let at = 0
  for (let passed = 0; passed < depth; passed += 1) {
    const next = rawTarget.indexOf('/', at + 1)
    at = next < 0 || next > end ? end : next
  }
  return rawTarget.slice(at)
}

function readVersion(text: string): ODataVersion | 'unknown' | undefined {
  if (text === '') return undefined
  return text === '4.0' || text === '4.01' ? text : 'unknown'
}

function refused(
  name: string,
  problem: string,
  reason: Unreadable['reason'] = 'odata_not_supported',
): { readonly ok: false } & Unreadable {
  return { ok: false, reason, problem: `"${name}": ${problem}`, in: 'header', at: [0, 0] }
}
