import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Analysis } from '@stagedoor/core/odata/analysis.ts'
import { type GuardedAnswer, guardAnswer } from '@stagedoor/core/odata/answer/guard-answer.ts'
import { guardErrorAnswer } from '@stagedoor/core/odata/answer/guard-error.ts'
import {
  createUrlRewriter,
  type RewriteUrl,
  type ServiceAddresses,
  turnLink,
} from '@stagedoor/core/odata/answer/links.ts'
import type { UpstreamAnswer } from '#gateway/ask-upstream.ts'
import { toHeaders } from '#gateway/fields.ts'
import type { ForwardProblem } from '#gateway/upstream-problem.ts'
import { type AnswerHeaders, headerOf, toODataCallerHeaders } from './answer-headers.ts'
import { type Desk, isRestricted, OVERLOADED, takeRoom } from './desk.ts'
import { type Held, holdAnswer } from './hold-answer.ts'

export type GuardContext = {
  readonly analysis: Analysis
  readonly addresses: ServiceAddresses
}

/**
 * Sends an upstream's answer to the caller, read through and with its links turned. What a restricted credential may not
 * see, and what nobody can read, is not sent: then the problem is given, and nothing has been.
 */
export async function deliverGuarded(
  desk: Desk,
  answer: UpstreamAnswer,
  context: GuardContext,
): Promise<ForwardProblem | undefined> {
  const headers = toHeaders(answer.fields)
  const { status } = answer
  if (status >= 300 && status < 400 && status !== 304 && !staysInside(headers, context))
    return invalidAnswer('It led to an address outside of the service.')
  const way = { desk, answer, headers, ...context }
  if (hasNoBody(context.analysis, answer.status)) return sendWithoutBody(way)
  if (context.analysis.result.kind === 'media' && status >= 200 && status < 300) return await streamMedia(way)
  return await holdAndSend(way)
}

type Way = GuardContext & {
  readonly desk: Desk
  readonly answer: UpstreamAnswer
  readonly headers: AnswerHeaders
}

function staysInside(headers: AnswerHeaders, { addresses }: GuardContext): boolean {
  const location = headerOf(headers, 'location')
  return location !== '' && turnLink(location, addresses) !== undefined
}

function hasNoBody({ method }: Analysis, status: number): boolean {
  return method === 'HEAD' || status === 204 || status === 205 || status === 304
}

function sendWithoutBody(way: Way): undefined {
  const { desk, answer } = way
  answer.body.on('error', () => undefined).resume()
  desk.call.answer.writeHead(answer.status, callerHeaders(way, { media: false, length: undefined }))
  desk.call.answer.end()
}

async function streamMedia(way: Way): Promise<undefined> {
  const { answer: caller } = way.desk.call
  caller.writeHead(way.answer.status, callerHeaders(way, { media: true, length: undefined }))
  await pipeline(way.answer.body, caller.writable())
}

async function holdAndSend(way: Way): Promise<ForwardProblem | undefined> {
  const { desk, answer } = way
  const { answer: caller } = desk.call
  const held = await holdAnswer(answer.body, (count) => takeRoom(desk, count))
  if (held.kind === 'no_room') return noRoom()
  if (held.kind === 'too_long') {
    if (isRestricted(desk)) return invalidAnswer('It is too long to be read through. Ask for less at a time.')
    caller.writeHead(answer.status, callerHeaders(way, { media: true, length: undefined }))
    await pipeline(Readable.from(restOf(held)), caller.writable())
    return undefined
  }
  if (answer.status >= 400) return sendError(way, held.bytes)
  const sent = readThrough(way, held.bytes)
  if (!sent.ok) return refusedAnswer(desk, sent)
  const { bytes } = sent
  caller.writeHead(answer.status, callerHeaders(way, { media: sent.asItIs, length: bytes.length }))
  caller.end(bytes)
  return undefined
}

type Sent =
  /** `asItIs`: in a form that the gateway does not read, with all the headers that say which. */
  | { readonly ok: true; readonly bytes: Uint8Array; readonly asItIs: boolean }
  | Extract<GuardedAnswer, { readonly ok: false }>

async function* restOf({ chunks, rest }: Extract<Held, { kind: 'too_long' }>): AsyncGenerator<Uint8Array> {
  yield* chunks
  yield* rest
}

/** Sends an answer of failure: of its words a restricted credential gets those that name nothing hidden. */
export function sendError(way: Omit<Way, 'analysis'>, bytes: Uint8Array): undefined {
  const { desk, answer, headers } = way
  const { answer: caller } = desk.call
  const guarded = guardErrorAnswer(desk.service.model, bytes, grantedTo(desk))
  const kept = guarded.replaced ? headers.filter(([name]) => name !== 'content-type') : headers
  const named = callerHeaders(
    { ...way, headers: kept },
    { media: !guarded.replaced, length: guarded.bytes.length },
  )
  caller.writeHead(answer.status, guarded.replaced ? [...named, 'content-type', 'application/json'] : named)
  caller.end(guarded.bytes)
}

function readThrough(way: Way, bytes: Uint8Array): Sent {
  const { desk, headers, analysis } = way
  if (bytes.length === 0 && analysis.result.kind === 'nothing') return { ok: true, bytes, asItIs: false }
  const mime = headerOf(headers, 'content-type')
  const encoding = headerOf(headers, 'content-encoding')
  const readable = isReadable(mime, analysis) && (encoding === '' || encoding === 'identity')
  const guarded: GuardedAnswer = readable
    ? guardAnswer(desk.service.model, bytes, {
        result: analysis.result,
        isGranted: grantedTo(desk),
        rewriteUrl: rewriterOf(way),
      })
    : { ok: false, unreadable: `${mime || 'no type'} ${encoding}`.trim() }
  // Who may call everything loses nothing by an answer that only the upstream understands.
  if (!guarded.ok) return isRestricted(desk) ? guarded : { ok: true, bytes, asItIs: true }
  return { ok: true, bytes: guarded.bytes, asItIs: false }
}

function isReadable(mime: string, { result }: Analysis): boolean {
  if (result.kind === 'count') return /^text\/plain(?:$|[ ;])/i.test(mime)
  return isJson(mime)
}

/** JSON in UTF-8, which is the only JSON there is between programs (RFC 8259 8.1). */
function isJson(mime: string): boolean {
  const [type = '', ...parameters] = mime.toLowerCase().split(';')
  const charset = parameters.map((each) => each.trim()).find((each) => each.startsWith('charset='))
  return type.trim() === 'application/json' && (charset === undefined || /^charset="?utf-8"?$/.test(charset))
}

/** What the answer may hold: everything, or what the credential may read. */
export function grantedTo({ caller, service }: Desk): 'all' | ((source: string) => boolean) {
  const allowed = caller.credential?.allowedEndpoints
  if (allowed?.kind === 'all') return 'all'
  return (source) => {
    const endpoint = service.matcher.endpointOfKey.get(`GET ${source}`)
    return endpoint !== undefined && allowed?.kind === 'only' && allowed.endpoints.has(endpoint.id)
  }
}

/** Turns links; tokens of next pages become the gateway's own, which say what their query reads. */
export function rewriterOf({
  desk,
  analysis,
  addresses,
}: GuardContext & { readonly desk: Desk }): RewriteUrl {
  const { deps, caller, service } = desk
  const credentialId = caller.credential?.id
  if (!isRestricted(desk) || credentialId === undefined) return createUrlRewriter(addresses, undefined)
  const endpoints = analysis.touches.map(({ endpoint }) => endpoint)
  return createUrlRewriter(addresses, (token) =>
    deps.odata.pageTokens.wrap(credentialId, service.matcher.catalog.id, endpoints, token),
  )
}

function callerHeaders(
  { desk, headers, addresses }: Pick<Way, 'desk' | 'headers' | 'addresses'>,
  { media, length }: { readonly media: boolean; readonly length: number | undefined },
): string[] {
  return toODataCallerHeaders(headers, { requestId: desk.call.requestId, addresses, media, length })
}

/** Raises the alarm where an upstream shows more than was decided: its service hides something from its own model. */
export function refusedAnswer(
  { deps, call, service }: Desk,
  guarded: Extract<GuardedAnswer, { readonly ok: false }>,
): ForwardProblem {
  const { reveals } = guarded
  if (!reveals)
    return invalidAnswer(
      guarded.says ?? 'It cannot be read through for a credential that may not call everything.',
      guarded.unreadable,
    )
  deps.alarms.raise('upstream_reveals_more')
  const { sources, path, why } = reveals
  deps.log.error(
    { requestId: call.requestId, catalog: service.matcher.catalog.id, sources, path, why },
    'an upstream answered with more than was decided',
  )
  return {
    code: 'upstream_reveals_more',
    detail: 'The answer held more than the credential may read, so nothing of it was passed on.',
    cause: why,
  }
}

/** Of an answer that there is no memory for. */
export function noRoom(): ForwardProblem {
  return { code: 'overloaded', detail: OVERLOADED, cause: 'no room for an answer' }
}

/** Of an answer that is not passed on, and why. */
export function invalidAnswer(detail: string, cause?: unknown): ForwardProblem {
  return {
    code: 'upstream_answer_invalid',
    detail: `The upstream gave no answer that could be passed on. ${detail}`,
    cause,
  }
}
