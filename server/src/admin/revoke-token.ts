import { createRoute, z } from '@hono/zod-openapi'
import { revokeCredentialToken } from '#credentials/revoke-credential-token.ts'
import { notFound, refuseOutcome } from './answers.ts'
import { type AdminApp, type AdminDeps, contextOf, findTenant } from './deps.ts'
import { ConfirmedSchema, toReceiptJson } from './receipt-json.ts'
import { credentialParams, jsonAnswer, problemAnswers } from './route-parts.ts'

export const revokeTokenRoute = createRoute({
  method: 'delete',
  path: '/api/v1/tenants/{tenantId}/credentials/{credentialId}/tokens/{tokenId}',
  operationId: 'revokeToken',
  summary: 'End one token for good; a refresh token takes the tokens of its line with it',
  tags: ['Credentials'],
  request: { params: credentialParams.extend({ tokenId: z.string() }) },
  responses: {
    200: jsonAnswer('Ended, and which gateways refuse it', ConfirmedSchema),
    ...problemAnswers(403, 404),
  },
})

export function registerRevokeToken(app: AdminApp, deps: AdminDeps): void {
  app.openapi(revokeTokenRoute, async (c) => {
    const params = c.req.valid('param')
    if (!findTenant(deps, params.tenantId)) return notFound(c)
    const result = await revokeCredentialToken(deps, { ...contextOf(c), ...params })
    if (result.outcome === 'refused') return refuseOutcome(c, result)
    const receipt = toReceiptJson(await deps.confirm(params))
    return c.json({ receipt }, 200)
  })
}
