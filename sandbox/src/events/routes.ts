import type { Env, Hono } from 'hono'
import { isRow } from '#row.ts'
import type { EventService } from './service.ts'

/**
 * What tests of a gateway ask beside the service: which calls have arrived and what they have reached (DELETE forgets
 * those that it lists), and rows made anew, `{"variants": {"Accounts": 1}}` for those of Accounts in another variant.
 */
export function addEventRoutes<E extends Env>(app: Hono<E>, events: EventService): void {
  app.get('/sandbox/events', (c) => c.json(events.received()))
  app.delete('/sandbox/events', (c) => {
    const forgotten = events.received()
    events.clear()
    return c.json(forgotten)
  })
  app.post('/sandbox/events', async (c) => {
    const body: unknown = await c.req.json()
    const variants = isRow(body) && isRow(body['variants']) ? Object.entries(body['variants']) : []
    events.reset(Object.fromEntries(variants.map(([set, variant]) => [set, Number(variant)])))
    return c.body(null, 204)
  })
}
