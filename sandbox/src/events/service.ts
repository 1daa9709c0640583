import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'
import { type Answer, execute, type Surroundings } from './execute.ts'
import { runJsonBatch } from './json-batch.ts'
import { runMultipart } from './multipart.ts'
import { decodeAll } from './split.ts'
import { createWorld, type Variants } from './world.ts'

/** One request as it arrived at this service, and every endpoint that it has really reached. */
export type ReceivedCall = {
  readonly method: string
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  /** Inflated, as text. */
  readonly body: string
  readonly reached: readonly string[]
}

export type EventService = {
  readonly answer: (request: Request, rawTarget: string | undefined) => Promise<Response>
  readonly received: () => readonly ReceivedCall[]
  readonly clear: () => void
  /** All rows as at the start; those of some sets in another variant. */
  readonly reset: (variants: Variants) => void
}

export type EventServiceOptions = {
  readonly prefix: string
  /** What `X-Sandbox-Key` must hold. */
  readonly key: string
}

const KEPT_MAX = 2000
const JSON_TYPE = 'application/json;odata.metadata=minimal'

/**
 * An OData service as lenient as real ones: it knows nothing of its callers but the key, and gives everything that
 * anybody asks for in any spelling. What it may be asked for is for the gateway before it to decide.
 */
export function createEvents({ prefix, key }: EventServiceOptions): EventService {
  let world = createWorld()
  const received: ReceivedCall[] = []
  const answer = async (request: Request, rawTarget: string | undefined): Promise<Response> => {
    const url = new URL(request.url)
    const target = rawTarget ?? url.pathname + url.search
    const bytes = inflate(
      request.headers.get('content-encoding'),
      new Uint8Array(await request.arrayBuffer()),
    )
    const reached = new Set<string>()
    const surroundings: Surroundings = {
      world,
      root: `${url.origin}${prefix}`,
      reach: (endpoint) => void reached.add(endpoint),
      references: new Map(),
    }
    const allowed = request.headers.get('x-sandbox-key') === key
    const result = allowed
      ? run(surroundings, request, { target: target.slice(prefix.length), bytes })
      : UNAUTHORIZED
    const { method } = request
    const body = new TextDecoder().decode(bytes)
    received.push({ method, target, headers: headersOf(request), body, reached: [...reached] })
    if (received.length > KEPT_MAX) received.shift()
    return respond(result)
  }
  return {
    answer,
    received: () => [...received],
    clear: () => {
      received.length = 0
    },
    reset: (variants) => {
      world = createWorld(variants)
    },
  }
}

const UNAUTHORIZED: Answer = {
  status: 401,
  headers: {},
  body: { error: { code: '401', message: 'X-Sandbox-Key is missing or wrong.' } },
}

type Arrived = { readonly target: string; readonly bytes: Uint8Array<ArrayBuffer> }

function run(surroundings: Surroundings, request: Request, { target, bytes }: Arrived): Answer {
  const isBatch = /^\/+\$batch\/?$/i.test(decodeAll(target).split('?')[0] ?? '')
  if (!isBatch)
    return execute(surroundings, { method: request.method, target, headers: request.headers, body: bytes })
  const text = new TextDecoder().decode(bytes)
  return /json/i.test(request.headers.get('content-type') ?? '')
    ? runJsonBatch(surroundings, text)
    : runMultipart(surroundings, text)
}

function inflate(encoding: string | null, bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  try {
    switch (encoding?.toLowerCase()) {
      case 'gzip':
        return new Uint8Array(gunzipSync(bytes))
      case 'deflate':
        return new Uint8Array(inflateSync(bytes))
      case 'br':
        return new Uint8Array(brotliDecompressSync(bytes))
      default:
        return bytes
    }
  } catch {
    return bytes
  }
}

function headersOf(request: Request): Readonly<Record<string, string>> {
  return Object.fromEntries([...request.headers].filter(([name]) => name !== 'x-sandbox-key'))
}

function respond({ status, headers, body, raw }: Answer): Response {
  const all = { 'Content-Type': JSON_TYPE, 'OData-Version': '4.01', ...headers }
  if (body === undefined)
    return new Response(null, { status, headers: { 'OData-Version': '4.01', ...headers } })
  const sent = raw ? (body instanceof Uint8Array ? body : String(body)) : JSON.stringify(body)
  return new Response(sent, { status, headers: all })
}
