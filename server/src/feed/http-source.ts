import type { Readable } from 'node:stream'
import { Agent, request } from 'undici'
import { type ChangeSource, SourceError } from './change-source.ts'
import { type AcknowledgementAnswer, type FeedMessage, PROTOCOL_VERSION, readMessage } from './protocol.ts'
import { readAnswer } from './read-answer.ts'
import { splitLines } from './split-lines.ts'

export type HttpSource = ChangeSource & {
  /** Ends every connection. */
  readonly close: () => Promise<void>
}

export type HttpSourceOptions = {
  /** Consoles of control planes, without a slash at the end. At least one. */
  readonly controlUrls: readonly string[]
  readonly nodeToken: string
  /** From 0 to 1: which of them is asked first. */
  readonly random: () => number
  readonly timeouts?: Partial<typeof TIMEOUTS>
}

const TIMEOUTS = {
  connectMs: 2_000,
  acknowledgeMs: 2_000,
  /** Nothing of an answer that has begun, not even a part of a line. */
  silenceMs: 3_000,
  /** Until an answer begins: a snapshot is read from the database first. */
  beginMs: 15_000,
} as const

/** A control plane over HTTP, the next one where one fails. Certificates are checked as usual; redirects are not followed. */
export function createHttpSource(options: HttpSourceOptions): HttpSource {
  const { controlUrls, nodeToken, random } = options
  const timeouts = { ...TIMEOUTS, ...options.timeouts }
  const dispatcher = new Agent({
    connect: { timeout: timeouts.connectMs },
    headersTimeout: timeouts.beginMs,
    bodyTimeout: timeouts.silenceMs,
  })
  const urls = createRotation(controlUrls, random)

  /** Asks the control plane whose turn it is; a failure makes it the next one's. */
  async function ask<T>(work: (url: string) => Promise<T>): Promise<T> {
    const url = urls.current()
    try {
      return await work(url)
    } catch (error) {
      const known = toSourceError(error)
      if (known.code !== 'superseded') urls.failed(url)
      throw known
    }
  }

  async function open(url: string, path: string, signal: AbortSignal): Promise<Readable> {
    const answer = await request(`${url}/nodes/v1/${path}`, {
      dispatcher,
      signal,
      headers: { 'stagedoor-node-token': nodeToken },
    })
    if (answer.statusCode === 200) return answer.body
    throw await readAnswer.refusal(answer)
  }

  async function* lines(path: string, signal: AbortSignal, isEndless: boolean): AsyncGenerator<FeedMessage> {
    const url = urls.current()
    try {
      const body = await open(url, path, signal)
      for await (const line of splitLines(body, { onRest: refuseRest })) yield toMessage(line)
    } catch (error) {
      // That this side has ended it says nothing of the other.
      if (!signal.aborted) urls.failed(url)
      throw toSourceError(error)
    }
    // The next attempt is for the next one.
    if (isEndless && !signal.aborted) urls.failed(url)
  }

  async function post(url: string, path: string, body: object): Promise<unknown> {
    const answer = await request(`${url}/nodes/v1/${path}?v=${PROTOCOL_VERSION}`, {
      dispatcher,
      method: 'POST',
      signal: AbortSignal.timeout(timeouts.acknowledgeMs),
      headers: { 'stagedoor-node-token': nodeToken, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (answer.statusCode === 200) return await readAnswer.json(answer)
    if (answer.statusCode !== 204) throw await readAnswer.refusal(answer)
    await answer.body.dump()
    return undefined
  }

  return {
    snapshot: (signal) => lines(`snapshot?v=${PROTOCOL_VERSION}`, signal, false),
    changes: (after, signal) => lines(`changes?after=${after}&v=${PROTOCOL_VERSION}`, signal, true),
    acknowledge: (acknowledgement) =>
      ask(async (url) => toAnswer(await post(url, 'acknowledgements', acknowledgement))),
    leave: async ({ nodeId, instance }) => {
      await ask((url) => post(url, 'leave', { nodeId, instance })).catch(() => undefined)
    },
    close: async () => await dispatcher.destroy(),
  }
}

/** Whose turn it is. All parts of a gateway speak to the same one, until one of them fails with it. */
function createRotation(
  urls: readonly string[],
  random: () => number,
): { readonly current: () => string; readonly failed: (url: string) => void } {
  let at = Math.min(Math.floor(random() * urls.length), urls.length - 1)
  const current = (): string => urls[at] ?? ''
  return {
    current,
    failed: (url) => {
      if (current() === url) at = (at + 1) % urls.length
    },
  }
}

function refuseRest(bytes: number): void {
  if (bytes > 0) throw new SourceError('damaged', 'an answer ends within a line')
}

function toMessage(line: string): FeedMessage {
  const read = readMessage(line)
  if (read.ok) return read.message
  if (read.why === 'version')
    throw new SourceError('protocol_version', 'the control plane speaks another version')
  throw new SourceError('damaged', `a line cannot be trusted: ${read.why}`)
}

function toAnswer(value: unknown): AcknowledgementAnswer {
  if (typeof value === 'object' && value !== null && 'at' in value && 'seq' in value && 'leaseMs' in value) {
    const { at, seq, leaseMs } = value
    if (isCount(at) && isCount(seq) && isCount(leaseMs)) return { at, seq, leaseMs }
  }
  throw new SourceError('damaged', 'the answer to an acknowledgement cannot be read')
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

/** What HTTP or the network threw. Its own words never hold headers, so no token. */
function toSourceError(error: unknown): SourceError {
  if (error instanceof SourceError) return error
  const code =
    error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
  const name = error instanceof Error ? error.name : 'unknown'
  return new SourceError('unreachable', `the control plane cannot be reached: ${code ?? name}`, {
    cause: error,
  })
}
