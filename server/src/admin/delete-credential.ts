import { createRoute } from '@hono/zod-openapi'
import { deleteCredential } from '#credentials/delete-credential.ts'
import { notFound, refuseOutcome } from './answers.ts'
import { type AdminApp, type AdminDeps, contextOf, findTenant } from './deps.ts'
import { readExpectedVersion } from './expected-version.ts'
import { ConfirmedSchema, toReceiptJson } from './receipt-json.ts'
import { credentialParams, jsonAnswer, optionalIfMatch, problemAnswers } from './route-parts.ts'

export const deleteCredentialRoute = createRoute({
  method: 'delete',
  path: '/api/v1/tenants/{tenantId}/credentials/{credentialId}',
  operationId: 'deleteCredential',
  summary: 'Delete for good; its tokens never work again',
  tags: ['Credentials'],
  parameters: [optionalIfMatch],
  request: { params: credentialParams },
  responses: {
    200: jsonAnswer('Deleted, and which gateways refuse its tokens', ConfirmedSchema),
    ...problemAnswers(400, 403, 404, 412),
  },
})

export function registerDeleteCredential(app: AdminApp, deps: AdminDeps): void {
  app.openapi(deleteCredentialRoute, async (c) => {
    const params = c.req.valid('param')
    if (!findTenant(deps, params.tenantId)) return notFound(c)
    const expected = readExpectedVersion(c, 'any')
    if (expected instanceof Response) return expected
    const context = contextOf(c)
    const result = await deleteCredential(deps, { ...context, ...params, expected })
    if (result.outcome === 'refused') return refuseOutcome(c, result)
    const receipt = toReceiptJson(await deps.confirm(params))
    return c.json({ receipt }, 200)
  })
}
