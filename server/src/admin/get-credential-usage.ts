import { createRoute, z } from '@hono/zod-openapi'
import { type CredentialUse, getCredentialUse } from '#usage/get-credential-use.ts'
import { USE_KEPT_DAYS } from '#usage/ingest-use.ts'
import { HOUR_MS } from '#usage/use-counter.ts'
import { notFound } from './answers.ts'
import { type AdminApp, type AdminDeps, findTenant } from './deps.ts'
import { instant, toIso } from './instant.ts'
import { credentialParams, jsonAnswer, problemAnswers } from './route-parts.ts'
import { refuseParameter } from './validation.ts'

const DAY_MS = 24 * HOUR_MS
const DEFAULT_MS = 7 * DAY_MS
/** So that an answer has a bound: 745 hours, or 93 days. */
const LONGEST_MS = { hour: 31 * DAY_MS, day: (USE_KEPT_DAYS + 2) * DAY_MS } as const

const time = z.iso.datetime({ offset: true, error: 'An instant is expected, as 2026-03-01T09:30:00Z.' })
const calls = z.number().int()

const query = z.strictObject({
  from: time.optional().openapi({
    description: 'The hour in which it lies is the first. Seven days before `to` unless told.',
  }),
  to: time.optional().openapi({ description: 'The hour in which it lies is the last. Now unless told.' }),
  per: z
    .enum(['hour', 'day'])
    .default('day')
    .openapi({ description: 'Of what `times` has sums. At most 31 days by hour, 92 by day.' }),
})

const CredentialUsageSchema = z
  .object({
    from: instant,
    to: instant,
    endpoints: z
      .array(
        z.object({
          endpointId: z.string().openapi({
            description: 'Empty for calls that reach none, or were refused before one was known.',
            example: 'enterprise:GET:/Events',
          }),
          outcome: z.string().openapi({
            description: '`allowed`, or the code of the refusal.',
            example: 'endpoint_not_allowed',
          }),
          calls,
        }),
      )
      .openapi({ description: 'The most called first, at most 500.' }),
    more: z.boolean().openapi({ description: 'Whether there are endpoints beyond those.' }),
    times: z
      .array(z.object({ at: instant, allowed: calls, refused: calls }))
      .openapi({ description: 'Each hour, or day of UTC, with calls, by its beginning.' }),
  })
  .openapi('CredentialUsage')

export const getCredentialUsageRoute = createRoute({
  method: 'get',
  path: '/api/v1/tenants/{tenantId}/credentials/{credentialId}/usage',
  operationId: 'getCredentialUsage',
  summary: 'What a credential has been used for',
  description: `Gateways count calls and send what they have counted every ten seconds; counts are kept for ${USE_KEPT_DAYS} days. A call that reaches several endpoints counts for each of them.`,
  tags: ['Credentials'],
  request: { params: credentialParams, query },
  responses: { 200: jsonAnswer('Counts of calls', CredentialUsageSchema), ...problemAnswers(404, 422) },
})

export function registerGetCredentialUsage(app: AdminApp, deps: AdminDeps): void {
  app.openapi(getCredentialUsageRoute, async (c) => {
    const params = c.req.valid('param')
    if (!findTenant(deps, params.tenantId)) return notFound(c)
    const { per, ...asked } = c.req.valid('query')
    const { from, to } = toHours(asked, deps.now())
    if (from >= to) return refuseParameter(c, 'from', 'It must not be after `to`.')
    if (to - from > LONGEST_MS[per] + HOUR_MS)
      return refuseParameter(c, 'from', `At most ${LONGEST_MS[per] / DAY_MS} days by ${per}.`)
    await deps.flushTokenUse()
    const found = await getCredentialUse(deps.db, { ...params, from, to, per })
    return found ? c.json(toJson(found, { from, to }), 200) : notFound(c)
  })
}

type Period = { readonly from: number; readonly to: number }

/** Whole hours, the last one included. */
function toHours(
  asked: { readonly from?: string | undefined; readonly to?: string | undefined },
  now: number,
): Period {
  const last = asked.to === undefined ? now : Date.parse(asked.to)
  const first = asked.from === undefined ? last - DEFAULT_MS : Date.parse(asked.from)
  return { from: toHour(first), to: toHour(last) + HOUR_MS }
}

function toHour(at: number): number {
  return Math.floor(at / HOUR_MS) * HOUR_MS
}

function toJson({ endpoints, more, times }: CredentialUse, { from, to }: Period) {
  return {
    from: toIso(from),
    to: toIso(to),
    endpoints: [...endpoints],
    more,
    times: times.map(({ at, ...counts }) => ({ at: toIso(at), ...counts })),
  }
}
