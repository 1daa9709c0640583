import { expect } from 'vitest'
import type {
  AnswerSink,
  UpstreamBody,
  UpstreamErrorCode,
  UpstreamExchange,
} from '#gateway/upstream/exchange-upstream.ts'
import {
  createUpstreamPool,
  type UpstreamPool,
  type UpstreamPoolOptions,
} from '#gateway/upstream/upstream-pool.ts'
import { toFieldLines } from '#gateway/wire/field-section.ts'
import type { FieldLines, WireAnswer } from '#gateway/wire/head.ts'

/** What one call heard, until its last word. */
export type Heard = {
  readonly interim: number[]
  readonly answer: WireAnswer | undefined
  readonly body: string
  readonly trailers: FieldLines
  readonly error: UpstreamErrorCode | undefined
  readonly message: string
  /** In order: head, end, error... A call has exactly one last word. */
  readonly words: string[]
}

export type Called = {
  readonly exchange: UpstreamExchange
  /** Resolves with its last word. */
  readonly heard: Promise<Heard>
  readonly sofar: { words: string[]; bytes: number }
}

/** Times that no test needs to wait for. */
const LONG = { connectMs: 20_000, answerMs: 20_000, idleMs: 20_000, idleKeptMs: 20_000 }

export function poolTo(port: number, options: Partial<UpstreamPoolOptions> = {}): UpstreamPool {
  return createUpstreamPool({ protocol: 'http', hostname: '127.0.0.1', port, ...LONG, ...options })
}

type CallOptions = {
  readonly method?: string
  readonly caller?: string
  readonly body?: UpstreamBody
  readonly sink?: Partial<AnswerSink>
}

let count = 0
export function newTag(): string {
  count += 1
  return `tag-${count}`
}

export function call(
  pool: UpstreamPool,
  tag: string,
  { method = 'GET', caller = 'somebody', body, sink }: CallOptions = {},
): Called {
  const pieces: Buffer[] = []
  const interim: number[] = []
  const sofar = { words: [] as string[], bytes: 0 }
  let answer: WireAnswer | undefined
  const { promise: heard, resolve } = Promise.withResolvers<Heard>()
  function end(word: string, more: Partial<Heard>): void {
    sofar.words.push(word)
    const body = Buffer.concat(pieces).toString('latin1')
    resolve({
      interim,
      answer,
      body,
      trailers: [],
      error: undefined,
      message: '',
      words: sofar.words,
      ...more,
    })
  }
  const exchange = pool.send(
    {
      method,
      caller,
      head: `${method} /v1/${tag} HTTP/1.1\r\nhost: upstream\r\n`,
      body: body ?? { kind: 'none' },
    },
    {
      onInterim: (status, fields) => {
        interim.push(status)
        sink?.onInterim?.(status, fields)
      },
      onHead: (head) => {
        sofar.words.push('head')
        answer = head
        sink?.onHead?.(head)
      },
      onData: (all, start, end) => {
        const bytes = all.subarray(start, end)
        sofar.bytes += bytes.length
        if (sink?.onData !== undefined) return sink.onData(all, start, end)
        pieces.push(Buffer.from(bytes))
        return true
      },
      onEnd: (trailers) => end('end', { trailers: toFieldLines(trailers) }),
      onError: (error) => end('error', { error: error.code, message: error.message }),
    },
  )
  return { exchange, heard, sofar }
}

/** Waits for what a test needs to see, and fails with the test's own time-out. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((done) => setTimeout(done, 2))
}

/** A call is answered, with its own answer. */
export async function expectAnswered(pool: UpstreamPool): Promise<void> {
  const tag = newTag()
  expect((await call(pool, tag).heard).body).toBe(`answer to ${tag}`)
}

/** Reads on and on, a little at each turn of the event loop, until the call is over. */
export function keepResuming(called: Called): void {
  called.exchange.resume()
  if (called.sofar.words.length < 2) setImmediate(keepResuming, called)
}
