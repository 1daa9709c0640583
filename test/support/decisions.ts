import type { ServerResponse } from 'node:http'
import { PLAIN, plainConfig } from './plain-config.ts'
import { type Stagedoor, type StartOptions, startStagedoor } from './stagedoor.ts'
import { unusedPort } from './unused-port.ts'
import { type Received, startUpstream, type TestUpstream } from './upstream.ts'

/** Answers with the status that the query asks for, 200 unless it does. */
function answerAsAsked({ url }: Received, response: ServerResponse): void {
  const status = Number(/[?&]status=(\d{3})/.exec(url)?.[1] ?? 200)
  response.writeHead(status, { 'content-type': 'text/plain' }).end(`${status} of the API`)
}

/** Stagedoor with a port for decisions, in front of an API that keeps what it receives. */
export type DecidingWorld = {
  readonly door: Stagedoor
  readonly api: TestUpstream
  readonly decisionsPort: number
  readonly decisionsUrl: string
  /** A credential with these endpoints, or with all of them. */
  readonly add: (
    endpoints: readonly string[] | 'all',
  ) => Promise<{ readonly id: string; readonly token: string }>
  readonly stop: () => Promise<void>
}

export type Decisions = { readonly trustedProxies?: readonly string[]; readonly callIn?: string }

export async function startDeciding(
  decisions: Decisions = { trustedProxies: ['127.0.0.1'] },
  options: StartOptions = {},
): Promise<DecidingWorld> {
  const api = await startUpstream(answerAsAsked)
  const decisionsPort = await unusedPort()
  const config = {
    ...plainConfig({ enterprise: { baseUrl: api.url }, odata: { baseUrl: `${api.url}/odata` } }),
    decisions,
  }
  const env = { STAGEDOOR_DECISIONS_PORT: String(decisionsPort) }
  const door = await startStagedoor({ ...options, config, env })
  let made = 0
  return {
    door,
    api,
    decisionsPort,
    decisionsUrl: `http://127.0.0.1:${decisionsPort}`,
    add: async (endpoints) => {
      made += 1
      const allowedEndpoints = endpoints === 'all' ? { kind: 'all' } : { kind: 'only', endpoints }
      const body = { title: `Credential ${made}`, authenticationMethod: 'api_token', allowedEndpoints }
      const { json } = await door.admin('POST', `${PLAIN}/credentials`, body)
      return { id: json.credential.id, token: json.secrets.apiToken }
    },
    stop: async () => {
      await door.stop()
      await api.close()
    },
  }
}
