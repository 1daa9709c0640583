import type { Analysis } from '@stagedoor/core/odata/analysis.ts'
import { toFields } from '#gateway/fields.ts'
import type { Representation } from './descriptions.ts'
import type { Desk } from './desk.ts'
import { type ODataCall, valueOf } from './read-call.ts'
import { rootOf } from './service-places.ts'

/**
 * Answers `$metadata` and the service document from the gateway's own model, as far as the credential's endpoints go
 * (odata.md row 80). The upstream is not asked: it would show every name to everybody.
 */
export function answerDescription(desk: Desk, read: ODataCall, { kind, target, method }: Analysis): void {
  const { service, caller, call, audience } = desk
  const allowed = caller.credential?.allowedEndpoints ?? { kind: 'only', endpoints: new Set() }
  const { text, contentType, etag } =
    kind === 'metadata'
      ? service.descriptions.metadata(allowed, metadataFormat(target, read.accept))
      : service.descriptions.serviceDocument(allowed, rootOf(desk))
  const { answer, requestId } = call
  const headers = {
    etag,
    'odata-version': audience.version,
    // To be asked about each time: an operator may have changed the endpoints in between.
    'cache-control': 'private, no-cache',
    vary: 'authorization, apitoken, accept',
    'x-content-type-options': 'nosniff',
    'x-request-id': requestId,
  }
  if (isCurrent(valueOf(read.headers, 'if-none-match'), etag)) {
    answer.writeHead(304, toFields(headers))
    answer.end()
    return
  }
  const bytes = Buffer.from(text, 'utf8')
  const named = { ...headers, 'content-type': contentType, 'content-length': bytes.length }
  answer.writeHead(200, toFields(named))
  answer.end(method === 'HEAD' ? undefined : bytes)
}

/** XML unless JSON is asked for: clients of 4.0 know nothing else, and many send no Accept (CSDL JSON 1). */
function metadataFormat(target: string, accept: string): Representation {
  const format = /[?&]\$format=([^&]*)/.exec(target)?.[1]
  if (format !== undefined) return isJson(decodeURIComponent(format)) ? 'json' : 'xml'
  const ranges = accept
    .toLowerCase()
    .split(',')
    .map((range) => range.split(';', 1)[0]?.trim() ?? '')
  const json = ranges.indexOf('application/json')
  const xml = ranges.findIndex((range) =>
    ['application/xml', 'application/*', '*/*', 'text/xml'].includes(range),
  )
  return json >= 0 && (xml < 0 || json < xml) ? 'json' : 'xml'
}

function isJson(format: string): boolean {
  return /^(?:json|application\/json)(?:$|;)/i.test(format)
}

/** RFC 9110 13.1.2: weak comparison. */
function isCurrent(ifNoneMatch: string, etag: string): boolean {
  if (ifNoneMatch === '*') return true
  return ifNoneMatch.split(',').some((each) => each.trim().replace(/^W\//, '') === etag)
}
