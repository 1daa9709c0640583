import { Readable } from 'node:stream'
import type { Allowed } from '@stagedoor/core/decision.ts'
import type { Analysis } from '@stagedoor/core/odata/analysis.ts'
import { analyseBody } from '@stagedoor/core/odata/body/analyse-body.ts'
import { LIMITS } from '@stagedoor/core/odata/limits.ts'
import { lengthOf, readBody, readWhole } from '#gateway/request-body.ts'
import type { RequestHead } from '#gateway/request-head.ts'
import type { UpstreamBody } from '#gateway/upstream/exchange-upstream.ts'
import { reachOfHead, toAddressed, toUnreadable } from './addressed.ts'
import {
  type Desk,
  pageTokenOpener,
  refuseDoubtful,
  refuseOverloaded,
  refuseUnreadable,
  settle,
  takeRoom,
} from './desk.ts'
import { doubtsOfBody, doubtsOfTarget } from './doubts.ts'
import { type ODataCall, valueOf } from './read-call.ts'

/** A call that may go upstream. */
export type Ready = {
  readonly allowed: Allowed
  readonly analysis: Analysis
  readonly body: UpstreamBody
  /** Of the body as it goes upstream; empty for none. */
  readonly contentType: string
}

export type DecidedTarget = {
  readonly read: ODataCall
  readonly analysis: Analysis
  readonly allowed: Allowed
  readonly head: RequestHead
}

/** Reads the body of a call whose target is allowed, and decides what it touches. Undefined where it was refused. */
export async function readBodyOf(desk: Desk, decided: DecidedTarget): Promise<Ready | undefined> {
  const { read, analysis, allowed, head } = decided
  const { request, answer } = desk.call
  const contentType = valueOf(read.headers, 'content-type')
  switch (analysis.body.kind) {
    case 'none':
      if (read.hasBody) return refuseUnreadable(desk, unexpectedBody(analysis))
      return { allowed, analysis, body: { kind: 'none' }, contentType: '' }
    case 'media':
      if (head.expectsContinue) answer.writeContinue()
      // A stream's bytes are no business of the model's, and may be of any length.
      return { allowed, analysis, body: asStream(await readBody(request)), contentType }
    case 'query':
      return await readQuery(desk, decided)
    default:
      return await readStructured(desk, decided)
  }
}

/** `POST /Events/$query`: the options stand in the body, and are analysed together with those of the address. */
async function readQuery(desk: Desk, { read, head }: DecidedTarget): Promise<Ready | undefined> {
  const { service } = desk
  const bytes = await readAll(desk, head, 'queryBodyLength')
  if (!bytes) return undefined
  const type = read.contentType.split(';', 1)[0]?.trim()
  if (type !== 'text/plain') return refuseUnreadable(desk, wrongType('text/plain'))
  const { method, text, ifMatch } = read
  const queryBody = bytes.toString('utf8')
  if (!Buffer.from(queryBody, 'utf8').equals(bytes)) return refuseUnreadable(desk, notUtf8(bytes.length))
  const analysis = service.analyse({ method, text, ifMatch, queryBody }, pageTokenOpener(desk))
  if (!analysis.ok) return refuseUnreadable(desk, toUnreadable(analysis))
  if (analysis.body.kind !== 'query') throw new Error('a query is no query once its body is read')
  const doubts = doubtsOfTarget(service, { method, text, queryBody }, analysis)
  if (doubts.length > 0) return refuseDoubtful(desk, doubts)
  const allowed = settle(desk, toAddressed(service.matcher, [analysis, reachOfHead(read)]))
  if (!allowed) return undefined
  const content = Buffer.from(analysis.body.text, 'utf8')
  return { allowed, analysis, body: { kind: 'held', content }, contentType: 'text/plain' }
}

async function readStructured(desk: Desk, decided: DecidedTarget): Promise<Ready | undefined> {
  const { read, analysis, head } = decided
  const { service } = desk
  const bytes = await readAll(desk, head, 'bodyBytes')
  if (!bytes) return undefined
  const given = valueOf(read.headers, 'content-type')
  const body = analyseBody(
    service.model,
    { bytes, contentType: given === '' ? undefined : given, expected: analysis.body },
    { roots: service.roots, openPageToken: () => undefined },
  )
  if (!body.ok) return refuseUnreadable(desk, toUnreadable(body))
  // The bytes of a stream say nothing of the model, whatever they look like.
  const isJson = /^application\/json/i.test(given)
  const doubts = isJson ? doubtsOfBody(service, bytes, { analysis, body }) : []
  if (doubts.length > 0) return refuseDoubtful(desk, doubts)
  const allowed = settle(desk, toAddressed(service.matcher, [analysis, body, reachOfHead(read)]))
  if (!allowed) return undefined
  if (bytes.length === 0) return { allowed, analysis, body: { kind: 'none' }, contentType: '' }
  // Numbers and texts go on as they came, byte for byte: reading and writing them again would change some.
  return { allowed, analysis, body: { kind: 'held', content: Buffer.from(body.bytes) }, contentType: given }
}

/** The whole body; undefined where it is too long, and the call refused. */
async function readAll(
  desk: Desk,
  head: RequestHead,
  limit: 'bodyBytes' | 'queryBodyLength',
): Promise<Buffer | undefined> {
  if (!head.hasBody) return Buffer.alloc(0)
  return await readLimited(desk, head, limit)
}

/** The same for a body that must be there. */
export async function readLimited(
  desk: Desk,
  head: RequestHead,
  limit: 'bodyBytes' | 'queryBodyLength' | 'batchBytes',
): Promise<Buffer | undefined> {
  const { request, answer } = desk.call
  const most = LIMITS[limit]
  if (head.expectsContinue && (lengthOf(request) ?? 0) <= most) answer.writeContinue()
  const bytes = await readWhole(request, most, (count) => takeRoom(desk, count))
  if (bytes === 'no_room') return refuseOverloaded(desk)
  if (bytes !== 'too_long') return bytes
  return refuseUnreadable(desk, {
    reason: 'odata_limit',
    problem: 'the body is too long',
    in: 'body',
    at: [most, most],
    limit: { name: limit, value: most },
  })
}

/** So that it is looked at once more when its end has come, whether the call may still be carried out. */
function asStream(body: UpstreamBody): UpstreamBody {
  if (body.kind !== 'held') return body
  return { kind: 'stream', content: Readable.from([body.content]), length: body.content.length }
}

type Problem = Parameters<typeof refuseUnreadable>[1]

function unexpectedBody({ method }: Analysis): Problem {
  const problem = `a body, and ${method} of this address takes none`
  return { reason: 'odata_malformed', problem, in: 'body', at: [0, 0] }
}

function wrongType(expected: string): Problem {
  return { reason: 'odata_body_type', problem: `${expected} was expected`, in: 'header', at: [0, 0] }
}

function notUtf8(length: number): Problem {
  return { reason: 'odata_malformed', problem: 'the body is not UTF-8', in: 'body', at: [0, length] }
}
