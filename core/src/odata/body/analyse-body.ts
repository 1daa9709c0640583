import type { ExpectedBody, ODataProblem } from '#odata/analysis.ts'
import { encodeUtf8 } from '#odata/json/utf8.ts'
import type { Model } from '#odata/model.ts'
import { attempt, refuse } from '#odata/text/refusal.ts'
import { createRecorder, type Found } from '#odata/touches.ts'
import { isStreamType, requireJson } from './content-type.ts'
import type { BodyContext, BodyOptions, Replacement } from './context.ts'
import { readDocument } from './read-document.ts'
import { walkObject } from './structured.ts'
import { walkTop } from './top-level.ts'

/** A body as it came: its bytes after the gateway has undone content codings, and its Content-Type. */
export type RequestBody = {
  readonly bytes: Uint8Array
  readonly contentType: string | undefined
  readonly expected: ExpectedBody
}

/**
 * What a body touches besides the request's own target, and what goes upstream: the bytes as they came, but for links
 * (`@odata.bind`, `@odata.id`), which are written in their canonical form.
 */
export type AnalysedBody = Found & {
  readonly ok: true
  readonly bytes: Uint8Array
  /** In a batch: ids of the earlier requests that links name. */
  readonly linked: ReadonlySet<string>
}

/**
 * Reads a request's body along the model (odata.md rows 55-65). Problems are in `body`; their `at` counts bytes.
 * Content codings are undone before, and the size is bounded by whoever reads the body.
 */
export function analyseBody(
  model: Model,
  body: RequestBody,
  options: BodyOptions,
): AnalysedBody | ODataProblem {
  const recorder = createRecorder()
  const replacements = new Map<number, Replacement>()
  const context = {
    model,
    options,
    recorder,
    replacements,
    linked: new Set<string>(),
    counted: new Map(),
    walk: walkObject,
  }
  const read = attempt(() => walkBody(context, body))
  if (!read.ok) return read
  return {
    ok: true,
    ...recorder.found(),
    linked: context.linked,
    bytes: replace(body.bytes, [...replacements.values()]),
  }
}

function walkBody(context: BodyContext, { bytes, contentType, expected }: RequestBody): void {
  const empty = bytes.length === 0
  switch (expected.kind) {
    case 'none':
      if (empty) return
      return refuse({
        code: 'odata_malformed',
        problem: 'this request has no body',
        in: 'body',
        at: [0, bytes.length],
      })
    case 'media':
    case 'query':
      return
    case 'batch':
      return refuse({ code: 'odata_not_supported', problem: 'a batch in a batch', in: 'body', at: [0, 0] })
    case 'undescribed':
      context.recorder.unknownReach({ in: 'body', text: '', at: [0, bytes.length] })
      if (empty) return
      requireJson(contentType)
      return void readDocument(context, bytes)
    case 'parameters':
      if (empty) return
      break
    case 'entity':
      // The bytes of a media entity: a stream, whose entity the service makes (Part 1, 11.4.7.1).
      if (expected.position.type.hasStream && expected.change === 'insert' && isStreamType(contentType))
        return
      break
    case 'delta':
    case 'property':
    case 'reference':
      break
  }
  requireJson(contentType)
  walkTop(context, readDocument(context, bytes), expected)
}

function replace(bytes: Uint8Array, replacements: readonly Replacement[]): Uint8Array {
  if (replacements.length === 0) return bytes
  const ordered = replacements.toSorted((one, other) => one.start - other.start)
  const pieces: Uint8Array[] = []
  let at = 0
  for (const { start, end, text } of ordered) {
    pieces.push(bytes.subarray(at, start), encodeUtf8(JSON.stringify(text)))
    at = end
  }
  pieces.push(bytes.subarray(at))
  return joinBytes(pieces)
}

function joinBytes(pieces: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    joined.set(piece, at)
    at += piece.length
  }
  return joined
}
