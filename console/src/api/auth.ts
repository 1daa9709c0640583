import { toError, Unreachable } from './api-error.ts'
import { CONSOLE_HEADER } from './client.ts'

/** Asks what is under `/api/auth`. Rejects with ApiError or Unreachable. */
export async function askAuth<Answer = unknown>(path: string, body: object = {}): Promise<Answer> {
  const response = await fetch(`/api/auth${path}`, {
    method: 'POST',
    headers: { ...CONSOLE_HEADER, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).catch((cause: unknown) => {
    throw new Unreachable({ cause })
  })
  if (!response.ok) throw await toError(response)
  return (await response.json()) as Answer
}
