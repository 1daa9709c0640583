import type { CallerAnswer } from './caller/caller-call.ts'
import { type ForwardedCall, isSignInRefused, mayTryAgain, toUpstreamRequest } from './forward.ts'
import { toCallerFields, toCallerTrailers } from './forwarded-headers.ts'
import type { Places } from './locations.ts'
import type {
  AnswerSink,
  UpstreamBody,
  UpstreamError,
  UpstreamExchange,
} from './upstream/exchange-upstream.ts'
import { type ForwardProblem, signInRefused, toProblem } from './upstream-problem.ts'
import type { FieldSection } from './wire/field-section.ts'
import type { WireAnswer } from './wire/head.ts'

/** How a call is carried out whose answer goes to the caller as it comes. */
export type Relayed = {
  readonly forwarded: ForwardedCall
  readonly body: UpstreamBody
  readonly answer: CallerAnswer
  readonly requestId: string
  /** Of the catalog at the gateway, and what stands in its place at the upstream. */
  readonly mount: string
  readonly upstreamPrefix: string
  /** The answer has gone to the caller, or was cut because it broke off; or a problem: then nothing of it has been sent. */
  readonly onOver: (problem: ForwardProblem | undefined) => void
}

/**
 * One attempt, and who gets its answer. Its functions are the same for all of them and are told by `this` whose they are: nothing
 * more is made per call.
 */
type Attempt = AnswerSink & {
  readonly relayed: Relayed
  readonly signInLines: string
  readonly isFirst: boolean
  exchange: UpstreamExchange | undefined
}

/** Sends a call upstream, and the answer to the caller piece by piece. */
export function relay(relayed: Relayed): void {
  const lines = relayed.forwarded.upstream.signIn.lines()
  if (typeof lines === 'string') send(relayed, lines, true)
  else signInFirst(relayed, lines, true)
}

function signInFirst(relayed: Relayed, lines: Promise<string>, isFirst: boolean): void {
  lines.then(
    (text) => send(relayed, text, isFirst),
    (error: unknown) => relayed.onOver(toProblem(error)),
  )
}

function send(relayed: Relayed, signInLines: string, isFirst: boolean): void {
  const { forwarded, body, answer } = relayed
  // Signing in took its time.
  if (answer.isClosed()) return relayed.onOver(undefined)
  const attempt: Attempt = {
    relayed,
    signInLines,
    isFirst,
    exchange: undefined,
    onInterim,
    onHead,
    onData,
    onEnd,
    onError,
  }
  const exchange = forwarded.upstream.pool.send(toUpstreamRequest(forwarded, signInLines, body), attempt)
  attempt.exchange = exchange
  answer.onClose(() => exchange.abort())
  return undefined
}

function onInterim(this: Attempt, status: number, fields: FieldSection): void {
  this.relayed.answer.writeInterim(status, toCallerTrailers(fields))
}

function onHead(this: Attempt, head: WireAnswer): void {
  const { answer, forwarded, requestId } = this.relayed
  if (isSignInRefused(head.status, forwarded.upstream)) signInAgain(this)
  else answer.writeHead(head.status, toCallerFields(head, requestId, placesOf(this.relayed)))
}

function placesOf({ forwarded, mount, upstreamPrefix }: Relayed): Places {
  return { upstream: forwarded.upstream, mount, upstreamPrefix }
}

function signInAgain({ relayed, exchange, signInLines, isFirst }: Attempt): void {
  const { upstream } = relayed.forwarded
  exchange?.abort()
  if (!isFirst || !mayTryAgain(upstream, signInLines, relayed.body)) return relayed.onOver(signInRefused())
  return signInFirst(relayed, Promise.resolve(upstream.signIn.lines()), false)
}

function onData(this: Attempt, bytes: Buffer, start: number, end: number): boolean {
  const { answer } = this.relayed
  if (answer.write(bytes, start, end)) return true
  const { exchange } = this
  answer.onDrain(() => exchange?.resume())
  return false
}

function onEnd(this: Attempt, trailers: FieldSection): void {
  const { relayed } = this
  relayed.answer.end(undefined, toCallerTrailers(trailers))
  relayed.onOver(undefined)
}

function onError(this: Attempt, error: UpstreamError): void {
  const { relayed } = this
  const { answer } = relayed
  if (!answer.isHeadSent() && !answer.isClosed()) return relayed.onOver(toProblem(error))
  // Half an answer must not look like a whole one.
  answer.destroy()
  return relayed.onOver(undefined)
}
