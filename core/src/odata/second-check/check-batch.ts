import type { Model } from '#odata/model.ts'
import type { Found } from '#odata/touches.ts'
import {
  type CheckedBody,
  type Comparison,
  doubted,
  doubtInAddress,
  doubtInJson,
  doubtInQuery,
} from './check-body.ts'
import { decodePercent } from './decode.ts'
import { indexOf } from './index-of-names.ts'
import { jsonStrings, textOfBytes } from './json-words.ts'
import { AGREED, type Doubt, reachedOf, type Verdict } from './judge.ts'

/** Names of the envelope of a JSON batch. */
const ENVELOPE = new Set('requests id method url headers body atomicityGroup dependsOn if'.split(' '))
const REQUEST_LINE =
  /^[ \t]*(?:GET|HEAD|POST|PUT|PATCH|DELETE|MERGE|OPTIONS)[ \t]+(.*?)(?:[ \t]+HTTP\/[\d.]+)?[ \t]*$/i

/**
 * Compares what an analysis has found in all requests of a batch together with a second reading of its bytes: every line
 * that looks like a request line, wherever it stands, every member named `url`, and every name of a member of JSON.
 */
export function secondCheckBatch(model: Model, { bytes, mount = '' }: CheckedBody, found: Found): Verdict {
  const comparison = { index: indexOf(model), reached: reachedOf(found), mount }
  const text = textOfBytes(bytes)
  const doubt = /^[\s\uFEFF]*\{/.test(text)
    ? doubtInEnvelope(comparison, text)
    : doubtInParts(comparison, text)
  return doubt === undefined ? AGREED : doubted(doubt)
}

function doubtInEnvelope(comparison: Comparison, text: string): Doubt | undefined {
  const doubt = doubtInJson(comparison, text, ENVELOPE)
  if (doubt !== undefined) return doubt
  const strings = [...jsonStrings(text)].filter(({ isName }) => !isName)
  if (!strings.some(({ text, of }) => of === 'url' && asksQuery(text))) return undefined
  return firstOf(
    strings.filter(({ of }) => of === 'body'),
    (string) => doubtInQuery(comparison, string),
  )
}

type Line = { readonly text: string; readonly at: readonly [number, number] }

function doubtInParts(comparison: Comparison, text: string): Doubt | undefined {
  const lines = linesOf(text)
  const addresses = lines.flatMap(({ text, at }): readonly Line[] => {
    const address = REQUEST_LINE.exec(text)?.[1]
    return address === undefined ? [] : [{ text: address, at }]
  })
  const doubt =
    firstOf(addresses, (address) => doubtInAddress(comparison, address)) ?? doubtInJson(comparison, text)
  if (doubt !== undefined || !addresses.some((address) => asksQuery(address.text))) return doubt
  const queries = lines.filter(({ text }) => /^[^"{:]*=/.test(text) && !REQUEST_LINE.test(text))
  return firstOf(queries, (query) => doubtInQuery(comparison, query))
}

function linesOf(text: string): readonly Line[] {
  const lines: Line[] = []
  let start = 0
  for (const each of text.split(/[\r\n]/)) {
    if (each !== '') lines.push({ text: each, at: [start, start + each.length] })
    start += each.length + 1
  }
  return lines
}

/** Its options stand in the body. */
function asksQuery(address: string): boolean {
  return /\$query\b/i.test(decodePercent(address))
}

function firstOf<Each>(all: readonly Each[], doubtIn: (each: Each) => Doubt | undefined): Doubt | undefined {
  for (const each of all) {
    const doubt = doubtIn(each)
    if (doubt !== undefined) return doubt
  }
  return undefined
}
