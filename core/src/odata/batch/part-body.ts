import type { Analysis } from '#odata/analysis.ts'
import { type AnalysedBody, analyseBody } from '#odata/body/analyse-body.ts'
import { isStreamType, readContentType } from '#odata/body/content-type.ts'
import { readJson, textOfValue } from '#odata/json/document.ts'
import { decodeUtf8, encodeUtf8 } from '#odata/json/utf8.ts'
import { refuse } from '#odata/text/refusal.ts'
import type { BatchRequest, BatchWalk } from './batch.ts'

/** A body of one request of a batch as it goes upstream. `contentType` is undefined where there is none. */
export type PartBody = Omit<AnalysedBody, 'ok'> & { readonly contentType: string | undefined }

const NOTHING = {
  touches: [],
  unknownReach: [],
  names: new Set<string>(),
  linked: new Set<string>(),
} as const

/** The options in the body of a request to `/$query` (row 22), undefined for any other request. */
export function queryBodyOf(
  format: BatchWalk['format'],
  request: BatchRequest,
  address: string,
): string | undefined {
  if (request.method !== 'POST' || !/^[^?]*\/\$query(?:\?|$)/.test(address)) return undefined
  if (readContentType(request.headers.get('content-type') ?? '')?.type !== 'text/plain') return undefined
  const text = format === 'json' ? jsonText(request.body) : decodeUtf8(request.body)
  return text ?? refuseBody('the options of /$query are not text')
}

/** Reads the body of a request of a batch along the model. */
export function readPartBody(walk: BatchWalk, request: BatchRequest, analysis: Analysis): PartBody {
  const { format, model, options, references } = walk
  const expected = analysis.body
  const given = request.headers.get('content-type')
  if (expected.kind === 'query') {
    if (request.body.length > 0 && readContentType(given ?? '')?.type !== 'text/plain') {
      const problem = 'the options of /$query have to be text/plain'
      refuse({ code: 'odata_body_type', problem, in: 'header', at: [0, 0] })
    }
    const text = format === 'json' ? JSON.stringify(expected.text) : expected.text
    return { ...NOTHING, bytes: encodeUtf8(text), contentType: 'text/plain' }
  }
  const isEmpty = request.body.length === 0
  const isStream = expected.kind === 'media' || (expected.kind === 'entity' && isStreamType(given))
  if (isStream && !isEmpty) checkStream(format, request.body)
  // In a JSON batch a body without a type is JSON (JSON Format 19.1).
  const contentType = given ?? (format === 'json' && !isEmpty && !isStream ? 'application/json' : undefined)
  const body = { bytes: request.body, contentType, expected }
  const read = analyseBody(model, body, { ...options, references, earlier: walk.ids })
  if (!read.ok) refuse(read)
  return { ...read, contentType: isEmpty ? undefined : contentType }
}

/**
 * Bytes of a stream: base64url in a JSON batch. Among the parts of a multipart batch they could hold what some service
 * takes for another part.
 */
function checkStream(format: BatchWalk['format'], body: Uint8Array): void {
  if (format === 'multipart') {
    refuse({
      code: 'odata_not_supported',
      problem: 'streams are not taken in a multipart batch; send them alone or in a JSON batch',
      in: 'body',
      at: [0, 0],
    })
  }
  if (!/^[0-9A-Za-z_-]*={0,2}$/.test(jsonText(body) ?? ' '))
    refuseBody('a stream has to be text in base64url')
}

function jsonText(bytes: Uint8Array): string | undefined {
  const read = readJson(bytes)
  return read.ok ? textOfValue(read.value) : undefined
}

function refuseBody(problem: string): never {
  refuse({ code: 'odata_malformed', problem, in: 'body', at: [0, 0] })
}
