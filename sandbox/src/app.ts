import { Hono } from 'hono'
import { NORTHLIGHT } from '#data/elite.ts'
import { HARBOURVIEW } from '#data/enterprise.ts'
import { createElite } from '#elite/api.ts'
import { isEliteToken } from '#elite/sign-in.ts'
import { createEnterprise } from '#enterprise/api.ts'
import { modelOf } from '#enterprise/columns.ts'
import { addEventRoutes } from '#events/routes.ts'
import { createEvents, type EventService } from '#events/service.ts'
import { createOData } from '#odata/api.ts'
import { createRequestLog } from './requests.ts'
import { createTables } from './row.ts'
import type { Settings } from './settings.ts'

export type SandboxOptions = {
  readonly now: () => number
  /** Unguessable text, new on every call: the Elite stand-in makes its tokens of it. */
  readonly randomText: () => string
  readonly settings: Settings
}

/** What the Node adapter adds; absent where the app is called directly. */
export type Environment = { readonly Bindings: { readonly incoming?: { readonly url?: string } } }

const EVENTS_PREFIX = '/events-odata'

type Upstream = {
  readonly prefix: string
  readonly answer: (request: Request, rawTarget: string | undefined) => Response | Promise<Response>
}

/** The stand-in upstreams as one app. Each app has rows of its own and forgets them with itself. */
export function createSandbox({ now, randomText, settings }: SandboxOptions): Hono<Environment> {
  const log = createRequestLog({ now, isEliteToken })
  const events = createEvents({ prefix: EVENTS_PREFIX, key: settings.events.key })
  const upstreams = createUpstreams({ now, randomText, settings, events })
  const app = new Hono<Environment>()
  app.get('/sandbox/health', (c) => c.json({ status: 'ok' }))
  app.get('/sandbox/requests', (c) => c.json(log.list()))
  app.delete('/sandbox/requests', (c) => {
    log.clear()
    return c.body(null, 204)
  })
  addEventRoutes(app, events)
  app.all('*', (c) => {
    log.record(c.req.raw, c.env?.incoming?.url)
    const { pathname } = new URL(c.req.url)
    const upstream = upstreams.find(({ prefix }) => isBelow(pathname, prefix))
    // Hono drops the body of an answer to HEAD; the upstreams need to know GET alone.
    const asked = c.req.method === 'HEAD' ? new Request(c.req.raw, { method: 'GET' }) : c.req.raw
    return (
      upstream?.answer(asked, c.env?.incoming?.url) ?? c.json({ message: 'No upstream is served here.' }, 404)
    )
  })
  return app
}

type Parts = SandboxOptions & { readonly events: EventService }

function createUpstreams({ now, randomText, settings, events }: Parts): readonly Upstream[] {
  const tables = createTables(HARBOURVIEW)
  const enterprise = { records: { tables, model: modelOf(tables) }, settings: settings.enterprise, now }
  const elite = { tables: createTables(NORTHLIGHT), settings: settings.elite, now, randomText }
  return [
    // Before the other, below whose prefix it lies.
    { prefix: '/enterprise/odata', answer: createOData('/enterprise/odata', enterprise) },
    { prefix: '/enterprise', answer: createEnterprise('/enterprise', enterprise) },
    { prefix: '/elite', answer: createElite('/elite', elite) },
    { prefix: EVENTS_PREFIX, answer: events.answer },
  ]
}

/** Without case, as all three upstreams match their paths. */
function isBelow(pathname: string, prefix: string): boolean {
  const folded = pathname.toLowerCase()
  return folded === prefix || folded.startsWith(`${prefix}/`)
}
