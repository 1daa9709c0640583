import type { Dispatcher } from 'undici'
import { SourceError } from './change-source.ts'

/** An answer is some numbers, or a problem. */
const BYTES_MAX = 16 * 1024

type Answer = Pick<Dispatcher.ResponseData, 'statusCode' | 'body'>

/** Answers of control planes that are no streams. Throws SourceError. */
export const readAnswer = {
  json: async ({ body }: Answer): Promise<unknown> => {
    let text = ''
    for await (const chunk of body.setEncoding('utf8')) {
      text += String(chunk)
      if (text.length > BYTES_MAX) throw new SourceError('damaged', 'an answer is too long')
    }
    try {
      return JSON.parse(text)
    } catch {
      throw new SourceError('damaged', 'an answer is no JSON')
    }
  },
  /** What an answer without success means. Nothing of what it says goes into the words. */
  refusal: async (answer: Answer): Promise<SourceError> => {
    const { statusCode } = answer
    const problem = await readAnswer.json(answer).catch(() => undefined)
    const code = typeof problem === 'object' && problem !== null && 'code' in problem ? problem.code : ''
    const said = `the control plane answered ${statusCode}`
    if (statusCode === 409 && code === 'node_superseded') return new SourceError('superseded', said)
    if (code === 'node_protocol_version') return new SourceError('protocol_version', said)
    return new SourceError(statusCode >= 500 ? 'unreachable' : 'refused', said)
  },
} as const
