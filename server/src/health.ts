/** What a load balancer or an orchestrator asks, on every port that answers others. */
export const HEALTH_PATHS = ['/livez', '/readyz'] as const

/** Why this process should get no requests at the moment; undefined: it should. In public words. */
export type Readiness = () => Promise<string | undefined> | string | undefined

export type Health = {
  /** The answer to a request of HEALTH_PATHS. */
  readonly answer: (request: Request) => Promise<Response>
  /** From now on it is not ready: others are to be asked. */
  readonly stopping: () => void
}

const HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const

/**
 * `/livez` says that the process runs: whatever the state of others, starting it anew would mend nothing. `/readyz` says
 * whether it can do its part, 200 or 503, and why not.
 */
export function createHealth(readiness: Readiness): Health {
  let stopping = false
  return {
    stopping: () => {
      stopping = true
    },
    answer: async (request) => {
      if (request.method !== 'GET' && request.method !== 'HEAD')
        return new Response(null, { status: 405, headers: { ...HEADERS, allow: 'GET, HEAD' } })
      if (new URL(request.url).pathname === '/livez') return state(200, { status: 'alive' })
      const reason = stopping ? 'It is being stopped.' : await readiness()
      if (reason === undefined) return state(200, { status: 'ready' })
      return state(503, { status: 'not ready', reason })
    },
  }
}

function state(status: number, body: object): Response {
  return Response.json(body, {
    status,
    headers: { ...HEADERS, ...(status === 503 && { 'retry-after': '1' }) },
  })
}
