import { expect } from 'vitest'
import { PLAIN, plainConfig } from './plain-config.ts'
import { type Stagedoor, startStagedoor } from './stagedoor.ts'
import { startWireUpstream, type WireUpstream } from './wire-upstream.ts'

/** A running Stagedoor before an upstream that keeps every byte. */
export type WireScene = {
  readonly door: Stagedoor
  readonly upstream: WireUpstream
  /** Of a credential that may call all endpoints, unless told otherwise. */
  readonly token: string
  readonly url: string
  readonly stop: () => Promise<void>
}

export type SceneOptions = {
  readonly upstream?: WireUpstream
  readonly allowedEndpoints?: object
  readonly timeouts?: { readonly connectMs: number; readonly answerMs: number; readonly idleMs: number }
  readonly signIn?: object
}

/** Starts both, and adds a credential. */
export async function startWireScene(options: SceneOptions = {}): Promise<WireScene> {
  const upstream = options.upstream ?? (await startWireUpstream())
  const { timeouts, signIn, allowedEndpoints } = options
  const rest = { ...(timeouts && { timeouts }), ...(signIn && { signIn }) }
  const door = await startStagedoor({
    config: plainConfig({
      enterprise: { baseUrl: upstream.url, ...rest },
      odata: { baseUrl: `${upstream.url}/odata`, ...rest },
    }),
  })
  const made = await door.admin('POST', `${PLAIN}/credentials`, {
    title: 'On the wire',
    authenticationMethod: 'api_token',
    ...(allowedEndpoints && { allowedEndpoints }),
  })
  expect(made.status, made.text).toBe(201)
  return {
    door,
    upstream,
    token: made.json.secrets.apiToken,
    url: door.gatewayUrl,
    stop: async () => {
      await door.stop()
      await upstream.close()
    },
  }
}

/** Endpoints by method, as callers address them and as the upstream sees them. */
export const MOUNT = '/enterprise/connect/api'
export const EVENTS = `${MOUNT}/Events/10`

/** A request of the tag, whole and right, for a connection that stays open. */
export function taggedRequest(token: string, tag: string, lines: readonly string[] = []): string {
  return [
    `GET ${EVENTS} HTTP/1.1`,
    'Host: door',
    `Authorization: Bearer ${token}`,
    `X-Tag: ${tag}`,
    ...lines,
    '',
    '',
  ].join('\r\n')
}
