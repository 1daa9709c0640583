import { expect } from 'vitest'
import { type AskInit, EVENTS, type Gate, type Grants, idOf, type Reply } from './gate.ts'

export type Refused = {
  readonly status?: number
  readonly grants?: Grants
  readonly init?: AskInit
  /** Keys of the endpoints that the answer must name, all of them and no other. */
  readonly missing?: readonly string[]
  /** What the words must say. */
  readonly says?: RegExp
  readonly code?: string
}

/** Asks, and sees to it that the call is refused in words that help, and that nothing of it reached the upstream. */
export async function expectRefused(gate: Gate, path: string, refused: Refused): Promise<Reply> {
  const { grants = EVENTS, init = {}, missing, says } = refused
  const { status = missing ? 403 : 400, code = missing ? 'endpoint_not_allowed' : undefined } = refused
  gate.arrived()
  const reply = await gate.ask(grants, path, init)
  expect(reply.status, `${path}: ${reply.text}`).toBe(status)
  expect(gate.arrived(), path).toEqual([])
  const { json } = reply
  // Before the target is read, nobody knows that it is meant for a service of OData.
  if (json.code !== 'target_malformed')
    expect(json.error, path).toMatchObject({ code: json.code, message: json.detail })
  if (code !== undefined) expect(json.code, reply.text).toBe(code)
  if (says) expect(json.detail, path).toMatch(says)
  if (missing) {
    const named = json.missing.map(({ id }: { id: string }) => id)
    expect(named.toSorted(), path).toEqual(missing.map(idOf).toSorted())
    for (const key of missing) expect(json.detail, path).toContain(wordsOf(key))
    for (const { endpoint, by } of json.touches) expect(by, `${path}: ${endpoint}`).not.toEqual([])
  }
  return reply
}

/** Asks, and sees to it that exactly this reached the upstream: `GET /Events?$top=1`, percent-encoding undone. */
export async function expectForwarded(
  gate: Gate,
  path: string,
  {
    grants,
    arrives,
    init = {},
  }: { readonly grants: Grants; readonly arrives: string; readonly init?: AskInit },
): Promise<Reply> {
  gate.arrived()
  const reply = await gate.ask(grants, path, init)
  expect(gate.arrived(), `${path}: ${reply.status} ${reply.text.slice(0, 500)}`).toEqual([arrives])
  return reply
}

/** `GET Accounts` stands in the words as it is; of `POST Events/EM.Cancel` the operation does. */
function wordsOf(key: string): string {
  return key.includes('/') ? key.slice(key.indexOf('/') + 1) : key
}
