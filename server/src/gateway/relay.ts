import type { CallerAnswer } from './caller/caller-call.ts'
import { type ForwardedCall, isSignInRefused, mayTryAgain, toUpstreamRequest } from './forward.ts'
import { toCallerTrailers } from './forwarded-headers.ts'
import type { AnswerSink, UpstreamBody, UpstreamExchange } from './upstream/exchange-upstream.ts'
import { type ForwardProblem, signInRefused, toProblem } from './upstream-problem.ts'
import type { FieldLines, WireAnswer } from './wire/head.ts'

/** How a call is carried out whose answer goes to the caller as it comes. */
export type Relayed = {
  readonly forwarded: ForwardedCall
  readonly body: UpstreamBody
  readonly answer: CallerAnswer
  /** Headers for the caller. */
  readonly fieldsFor: (answer: WireAnswer) => FieldLines
  /** The answer has gone to the caller, or was cut because it broke off; or a problem: then nothing of it has been sent. */
  readonly onOver: (problem: ForwardProblem | undefined) => void
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
  const { upstream } = forwarded
  const exchange: UpstreamExchange = upstream.pool.send(
    toUpstreamRequest(forwarded, signInLines, body),
    sinkFor(relayed, {
      resume: () => exchange.resume(),
      refused: () => {
        exchange.abort()
        if (isFirst && mayTryAgain(upstream, signInLines, body)) {
          const lines = upstream.signIn.lines()
          signInFirst(relayed, Promise.resolve(lines), false)
        } else relayed.onOver(signInRefused())
      },
    }),
  )
  answer.onClose(() => exchange.abort())
}

type Reins = { readonly resume: () => void; readonly refused: () => void }

function sinkFor(relayed: Relayed, { resume, refused }: Reins): AnswerSink {
  const { answer, forwarded } = relayed
  return {
    onInterim: (status, fields) => answer.writeInterim(status, toCallerTrailers(fields)),
    onHead: (head) => {
      if (isSignInRefused(head.status, forwarded.upstream)) return refused()
      answer.writeHead(head.status, relayed.fieldsFor(head))
    },
    onData: (bytes) => {
      if (answer.write(bytes)) return true
      answer.onDrain(resume)
      return false
    },
    onEnd: (trailers) => {
      answer.end(undefined, toCallerTrailers(trailers))
      relayed.onOver(undefined)
    },
    onError: (error) => {
      if (!answer.isHeadSent() && !answer.isClosed()) return relayed.onOver(toProblem(error))
      // Half an answer must not look like a whole one.
      answer.destroy()
      relayed.onOver(undefined)
    },
  }
}
