import { Readable } from 'node:stream'
import type { CallerAnswer } from './caller/caller-call.ts'
import { type ForwardedCall, isSignInRefused, mayTryAgain, toUpstreamRequest } from './forward.ts'
import type { AnswerSink, UpstreamBody, UpstreamExchange } from './upstream/exchange-upstream.ts'
import { type ForwardProblem, signInRefused, toProblem } from './upstream-problem.ts'
import type { FieldSection } from './wire/field-section.ts'
import type { WireAnswer } from './wire/head.ts'

/** What an upstream answered, its body not read yet. */
export type UpstreamAnswer = {
  readonly status: number
  readonly fields: FieldSection
  readonly body: Readable
}

/** How a call is carried out whose answer is read before the caller gets it. */
export type Carriage = {
  readonly body: UpstreamBody
  readonly answer: CallerAnswer
  /** Sends the answer to the caller, or says why it must not be sent; then nothing of it has been. */
  readonly deliver: (answer: UpstreamAnswer) => Promise<ForwardProblem | undefined>
}

/**
 * Sends a call upstream and has the answer delivered.
 * @returns undefined once the answer has been sent, or has been cut because it broke off; a problem if none began
 */
export async function askUpstream(
  call: ForwardedCall,
  { body, answer, deliver }: Carriage,
): Promise<ForwardProblem | undefined> {
  try {
    const given = await ask(call, body, answer)
    if (isSignInRefused(given.status, call.upstream)) {
      drop(given)
      return signInRefused()
    }
    const problem = await deliver(given)
    if (problem) drop(given)
    return problem
  } catch (error) {
    if (answer.isHeadSent() || answer.isClosed()) {
      // Half an answer must not look like a whole one: the connection is cut.
      answer.destroy()
      return undefined
    }
    return toProblem(error)
  }
}

async function ask(call: ForwardedCall, body: UpstreamBody, answer: CallerAnswer): Promise<UpstreamAnswer> {
  const { signIn } = call.upstream
  const lines = await signIn.lines()
  const given = await sendOnce(call, { lines, body, answer })
  if (!isSignInRefused(given.status, call.upstream) || !mayTryAgain(call.upstream, lines, body)) return given
  drop(given)
  return await sendOnce(call, { lines: await signIn.lines(), body, answer })
}

function drop({ body }: UpstreamAnswer): void {
  body.on('error', () => undefined).destroy()
}

type Sending = { readonly lines: string; readonly body: UpstreamBody; readonly answer: CallerAnswer }

function sendOnce(call: ForwardedCall, { lines, body, answer }: Sending): Promise<UpstreamAnswer> {
  return new Promise((resolve, reject) => {
    if (answer.isClosed()) return reject(new Error('the caller has gone'))
    const content = new Readable({
      read: () => exchange.resume(),
      destroy: (error, done) => {
        exchange.abort()
        done(error)
      },
    })
    const exchange: UpstreamExchange = call.upstream.pool.send(
      toUpstreamRequest(call, lines, body),
      toSink(content, { resolve, reject }),
    )
    answer.onClose(() => {
      exchange.abort()
      const gone = new Error('the caller has gone')
      reject(gone)
      if (!content.readableEnded) content.on('error', () => undefined).destroy(gone)
    })
    return undefined
  })
}

type Settling = {
  readonly resolve: (answer: UpstreamAnswer) => void
  readonly reject: (error: unknown) => void
}

function toSink(content: Readable, { resolve, reject }: Settling): AnswerSink {
  return {
    // What it hints at nobody has read through.
    onInterim: () => undefined,
    onHead: ({ status, fields }: WireAnswer) => resolve({ status, fields, body: content }),
    // Another buffer: the one that was read into is used again.
    onData: (bytes, start, end) => content.push(Buffer.copyBytesFrom(bytes, start, end - start)),
    onEnd: () => content.push(null),
    onError: (error) => {
      reject(error)
      content.on('error', () => undefined).destroy(error)
    },
  }
}
