import { Agent, request } from 'undici'
import { type ChangeSource, SNAPSHOT_BEGIN_MS, SourceError } from './change-source.ts'
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
  readonly timeouts?: Partial<HttpTimeouts>
}

/** Milliseconds. */
type HttpTimeouts = typeof TIMEOUTS

const TIMEOUTS = {
  connectMs: 2_000,
  acknowledgeMs: 2_000,
  /** Nothing of an answer that has begun, not even a part of a line. */
  silenceMs: 3_000,
  /** Until an answer begins. Of all but a snapshot whoever asks has a shorter limit. */
  beginMs: SNAPSHOT_BEGIN_MS,
}

/** A control plane over HTTP, the next one where one fails. Certificates are checked as usual; redirects are not followed. */
export function createHttpSource(options: HttpSourceOptions): HttpSource {
  const { controlUrls, random } = options
  const timeouts = { ...TIMEOUTS, ...options.timeouts }
  const dispatcher = new Agent({
    connect: { timeout: timeouts.connectMs },
    headersTimeout: timeouts.beginMs,
    bodyTimeout: timeouts.silenceMs,
  })
  const client: Client = { ...options, timeouts, dispatcher, urls: createRotation(controlUrls, random) }
  const version = `v=${PROTOCOL_VERSION}`
  return {
    snapshot: (signal) => lines(client, `snapshot?${version}`, { signal, isEndless: false }),
    changes: (after, signal) =>
      lines(client, `changes?after=${after}&${version}`, { signal, isEndless: true }),
    acknowledge: async (acknowledgement) =>
      await post(client, `acknowledgements?${version}`, { body: acknowledgement, read: toAnswer }),
    leave: async ({ nodeId, instance }) => {
      const body = { nodeId, instance }
      await post(client, `leave?${version}`, { body, read: () => undefined }).catch(() => undefined)
    },
    close: async () => await dispatcher.destroy(),
  }
}

type Client = Pick<HttpSourceOptions, 'nodeToken'> & {
  readonly timeouts: HttpTimeouts
  readonly dispatcher: Agent
  readonly urls: Rotation
}

/** The messages of an answer. A failure makes it the next control plane's turn. */
async function* lines(
  { nodeToken, dispatcher, urls }: Client,
  path: string,
  { signal, isEndless }: { readonly signal: AbortSignal; readonly isEndless: boolean },
): AsyncGenerator<FeedMessage> {
  const url = urls.current()
  try {
    const answer = await request(`${url}/nodes/v1/${path}`, {
      dispatcher,
      signal,
      headers: { 'stagedoor-node-token': nodeToken },
    })
    if (answer.statusCode !== 200) throw await readAnswer.refusal(answer)
    for await (const line of splitLines(answer.body, { onRest: refuseRest })) yield toMessage(line)
  } catch (error) {
    // That this side has ended it says nothing of the other.
    if (!signal.aborted) urls.failed(url)
    throw toSourceError(error)
  }
  if (isEndless && !signal.aborted) urls.failed(url)
}

/** Sends a body, and reads the answer. A failure makes it the next control plane's turn. */
async function post<T>(
  { nodeToken, dispatcher, urls, timeouts }: Client,
  path: string,
  { body, read }: { readonly body: object; readonly read: (answer: unknown) => T },
): Promise<T> {
  const url = urls.current()
  try {
    const answer = await request(`${url}/nodes/v1/${path}`, {
      dispatcher,
      method: 'POST',
      signal: AbortSignal.timeout(timeouts.acknowledgeMs),
      headers: { 'stagedoor-node-token': nodeToken, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (answer.statusCode === 200) return read(await readAnswer.json(answer))
    if (answer.statusCode !== 204) throw await readAnswer.refusal(answer)
    await answer.body.dump()
    return read(undefined)
  } catch (error) {
    const known = toSourceError(error)
    // It was answered, by one that knows this gateway well.
    if (known.code !== 'superseded') urls.failed(url)
    throw known
  }
}

type Rotation = { readonly current: () => string; readonly failed: (url: string) => void }

/** Whose turn it is. All parts of a gateway speak to the same one, until one of them fails with it. */
function createRotation(urls: readonly string[], random: () => number): Rotation {
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
