import type { Call, ExchangeDeps } from './call.ts'
import { sendProblem } from './refuse.ts'

/** A fault of ours: the caller is told so, or cut off where it has half an answer. */
export function broke({ log }: ExchangeDeps, { answer, requestId }: Call, error: unknown): void {
  log.error({ err: error, requestId }, 'a call broke')
  if (answer.isHeadSent() || answer.isClosed()) return answer.destroy()
  const detail = 'Something broke inside Stagedoor.'
  sendProblem(answer, 'internal_error', { requestId, detail, close: true })
}
