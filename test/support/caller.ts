import { Agent, type IncomingHttpHeaders, request } from 'node:http'

export type CallAnswer = {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  /** The `code` of a problem, where the body is one. */
  readonly code: string | undefined
  /** Whether the body came to its end. */
  readonly isWhole: boolean
}

/** Calls a gateway as a partner's program does: over connections that are kept. */
export type Caller = {
  /** Rejects where no answer begins. Whatever comes after its head is told in `isWhole`. */
  readonly call: (url: string, token: string) => Promise<CallAnswer>
  readonly close: () => void
}

/** @param timeoutMs for all of an answer */
export function createCaller({ timeoutMs = 20_000 } = {}): Caller {
  const agent = new Agent({ keepAlive: true, maxSockets: 200 })
  const call = (url: string, token: string): Promise<CallAnswer> =>
    new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}` }
      const signal = AbortSignal.timeout(timeoutMs)
      const sent = request(url, { agent, headers, signal }, (answer) => {
        let text = ''
        answer.setEncoding('utf8').on('data', (piece: string) => {
          text += piece
        })
        answer.on('error', () => undefined)
        answer.once('close', () => {
          const { statusCode: status = 0, headers, complete: isWhole } = answer
          resolve({ status, headers, text, code: codeOf(text), isWhole })
        })
      })
      // Not once: being too late comes after whatever was wrong before.
      sent.on('error', (error: NodeJS.ErrnoException) => {
        // The server has ended a connection that was idle for long, as it may: clients then take another one.
        if (sent.reusedSocket && error.code === 'ECONNRESET') resolve(call(url, token))
        else reject(error)
      })
      sent.end()
    })
  return { call, close: () => agent.destroy() }
}

function codeOf(text: string): string | undefined {
  try {
    const { code } = JSON.parse(text)
    return typeof code === 'string' ? code : undefined
  } catch {
    return undefined
  }
}
