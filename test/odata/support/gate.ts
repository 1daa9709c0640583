import { request as httpRequest, type IncomingMessage } from 'node:http'
import { resolve } from 'node:path'
import { ROOT, type Stagedoor, startStagedoor } from '../../support/stagedoor.ts'
import { startUpstream, type TestUpstream } from '../../support/upstream.ts'

export const MOUNT = '/em'
const KEY = 'sandbox-events-not-a-secret'
/** Where the sandbox has its event service. */
const PREFIX = '/events-odata'
const TENANT = '/api/v1/tenants/tnt_events'

/** What came back: everything that a client could see. */
export type Reply = {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly text: string
  readonly json: any
}

export type AskInit = {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
}

/** What the upstream answers instead of the event service. */
export type Canned = {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
}

/** The real program before the sandbox's event service, with somebody in between who writes down what goes by. */
export type Gate = {
  readonly door: Stagedoor
  readonly upstream: TestUpstream
  /** Sends a request whose target is `path` behind the service's mount, character by character. */
  readonly ask: (grants: Grants, path: string, init?: AskInit) => Promise<Reply>
  /** What reached the upstream since it was last asked: `GET /Events?$top=1`. */
  readonly arrived: () => readonly string[]
  /** For one request: the upstream answers this. */
  readonly answerNext: (canned: Canned) => void
  readonly tokenOf: (grants: Grants) => Promise<string>
  readonly alarms: (kind: string) => Promise<number>
  readonly stop: () => Promise<void>
}

/** `all`, or keys of endpoints: `GET Events`, `POST Events/EM.Cancel`. */
export type Grants = 'all' | readonly string[]

export const EVENTS: Grants = ['GET Events']

export async function startGate(): Promise<Gate> {
  let events = ''
  let canned: Canned | undefined
  const upstream = await startUpstream((received, response) => {
    const own = canned
    canned = undefined
    if (own) {
      response.writeHead(own.status ?? 200, { 'content-type': 'application/json', ...own.headers })
      return void response.end(own.body ?? '{}')
    }
    const { method, headers, url } = received
    const passed = httpRequest(events + url, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(response)
    })
    passed.on('error', () => response.destroy()).end(Buffer.from(received.body, 'utf8'))
  })
  const door = await startStagedoor({ config: config(upstream.url) })
  events = door.sandboxUrl
  const tokens = new Map<string, Promise<string>>()
  const tokenOf = (grants: Grants): Promise<string> => {
    const name = JSON.stringify(grants)
    const token = tokens.get(name) ?? makeCredential(door, grants, `grants ${tokens.size}`)
    tokens.set(name, token)
    return token
  }
  return {
    door,
    upstream,
    tokenOf,
    ask: async (grants, path, init = {}) => send(door, path, { ...init, token: await tokenOf(grants) }),
    arrived: () =>
      upstream.received
        .splice(0)
        .map(({ method, url }) => `${method} ${decodeURI(url.slice(PREFIX.length)).replaceAll('%3B', ';')}`),
    answerNext: (next) => {
      canned = next
    },
    alarms: async (kind) => {
      const { text } = await door.admin('GET', '/api/v1/metrics')
      return Number(
        new RegExp(`stagedoor_alarms_total\\{kind="${kind}"\\} (\\d+)`).exec(text)?.[1] ?? Number.NaN,
      )
    },
    stop: async () => {
      await door.stop()
      await upstream.close()
    },
  }
}

function config(upstreamUrl: string): object {
  const document = resolve(ROOT, 'sandbox/src/events/events.csdl.xml')
  const signIn = { kind: 'header', name: 'X-Sandbox-Key', value: KEY }
  return {
    sandbox: true,
    catalogs: { em: { document, mount: MOUNT } },
    tenants: [
      {
        id: 'tnt_events',
        name: 'Event Hall',
        edition: 'enterprise',
        upstreams: { em: { baseUrl: upstreamUrl + PREFIX, signIn } },
      },
    ],
  }
}

/** The id that the catalog gives the endpoint of a key. */
export function idOf(key: string): string {
  const [method = '', path = ''] = key.split(' ')
  return `em:${method}:/${path}`
}

async function makeCredential(door: Stagedoor, grants: Grants, title: string): Promise<string> {
  const made = await door.admin('POST', `${TENANT}/credentials`, {
    title,
    authenticationMethod: 'api_token',
    allowedEndpoints: grants === 'all' ? { kind: 'all' } : { kind: 'only', endpoints: grants.map(idOf) },
  })
  if (made.status !== 201) throw new Error(made.text)
  return made.json.secrets.apiToken
}

function send(door: Stagedoor, path: string, init: AskInit & { readonly token: string }): Promise<Reply> {
  const { method = 'GET', headers = {}, body, token } = init
  const { hostname, port } = new URL(door.gatewayUrl)
  return new Promise((done, fail) => {
    const sent = httpRequest(
      {
        hostname,
        port,
        method,
        path: MOUNT + path,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body !== undefined && {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(body),
          }),
          ...headers,
        },
      },
      (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.on('error', fail)
        answer.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8')
          done({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            text,
            get json() {
              return JSON.parse(text)
            },
          })
        })
      },
    )
    sent.on('error', fail)
    sent.end(body)
  })
}
