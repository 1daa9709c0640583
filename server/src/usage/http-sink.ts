import { Agent, request } from 'undici'
import { type UseBatch, UseRefusedError, type UseSink } from './use-batch.ts'

export type HttpSink = UseSink & { readonly close: () => Promise<void> }

export type HttpSinkOptions = {
  /** Consoles of control planes, without a slash at the end. */
  readonly controlUrls: readonly string[]
  readonly nodeToken: string
}

const CONNECT_MS = 2000
/** A database may be waiting for a lock. A batch that was written meanwhile is known when it comes again. */
const ANSWER_MS = 15_000
/** More of an answer is not read. */
const ANSWER_BYTES_MAX = 16 * 1024
/** With these a control plane says that it will never understand the batch. */
const REFUSALS: ReadonlySet<number> = new Set([400, 413, 422])

/** Brings batches to a control plane: the one that answered last, else the next one. */
export function createHttpSink({ controlUrls, nodeToken }: HttpSinkOptions): HttpSink {
  const dispatcher = new Agent({
    connect: { timeout: CONNECT_MS },
    headersTimeout: ANSWER_MS,
    bodyTimeout: ANSWER_MS,
    maxResponseSize: ANSWER_BYTES_MAX,
  })
  let preferred = 0

  async function post(url: string, body: string): Promise<void> {
    const answer = await request(`${url}/nodes/v1/usage`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'stagedoor-node-token': nodeToken },
      body,
      dispatcher,
      signal: AbortSignal.timeout(2 * ANSWER_MS),
    })
    const text = await answer.body.text()
    if (REFUSALS.has(answer.statusCode))
      throw new UseRefusedError(`a control plane answered ${answer.statusCode}`)
    // Something else that answers 200 to everything would make files go that nobody has read.
    if (answer.statusCode !== 200 || !/^\{"outcome":"(?:written|repeated)"\}$/.test(text))
      throw new Error(`answered ${answer.statusCode}, and not as a control plane does`)
  }

  async function send(batch: UseBatch): Promise<void> {
    const body = JSON.stringify(batch)
    const failures: unknown[] = []
    for (let tried = 0; tried < controlUrls.length; tried += 1) {
      const at = (preferred + tried) % controlUrls.length
      try {
        await post(controlUrls[at] ?? '', body)
        preferred = at
        return
      } catch (error) {
        if (error instanceof UseRefusedError) throw error
        failures.push(error)
      }
    }
    throw new AggregateError(failures, 'no control plane has taken counted use')
  }

  // Destroyed: whoever closes it does not wait for control planes that hang.
  return { send, close: () => dispatcher.destroy() }
}
