import { createRoute, z } from '@hono/zod-openapi'
import { listLiveTokens } from '#credentials/list-live-tokens.ts'
import { notFound, toTokenJson } from './answers.ts'
import { type AdminApp, type AdminDeps, findTenant } from './deps.ts'
import { credentialParams, jsonAnswer, problemAnswers } from './route-parts.ts'
import { TokenSchema } from './schemas.ts'

const LiveTokensSchema = z.object({
  items: z.array(TokenSchema).openapi({ description: 'The newest first, at most 200.' }),
  total: z.number().int(),
})

export const listTokensRoute = createRoute({
  method: 'get',
  path: '/api/v1/tenants/{tenantId}/credentials/{credentialId}/tokens',
  operationId: 'listTokens',
  summary: 'The tokens of a credential that are neither revoked nor expired',
  tags: ['Credentials'],
  request: { params: credentialParams },
  responses: { 200: jsonAnswer('Its live tokens', LiveTokensSchema), ...problemAnswers(404) },
})

export function registerListTokens(app: AdminApp, deps: AdminDeps): void {
  app.openapi(listTokensRoute, async (c) => {
    const params = c.req.valid('param')
    if (!findTenant(deps, params.tenantId)) return notFound(c)
    await deps.flushTokenUse()
    const found = await listLiveTokens(deps, params)
    if (!found) return notFound(c)
    return c.json({ items: found.items.map(toTokenJson), total: found.total }, 200)
  })
}
