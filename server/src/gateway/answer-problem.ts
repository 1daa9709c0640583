import type { Logger } from 'pino'
import { problemBody } from '#http/problems.ts'
import { requestId } from '#http/request-id.ts'
import type { AnswerProblem } from './caller/unreadable.ts'

/** Bytes that are no HTTP request get an answer all the same: the words of it, and a line in the log. */
export function answerProblemWith({
  randomBytes,
  log,
}: {
  readonly randomBytes: (count: number) => Uint8Array
  readonly log: Logger
}): AnswerProblem {
  return ({ code, detail }) => {
    log.info({ code }, 'refused: not HTTP')
    const { status, body } = problemBody({ code, detail, requestId: requestId(randomBytes) })
    return { status, body: JSON.stringify(body) }
  }
}
