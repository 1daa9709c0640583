import { createRoute, z } from '@hono/zod-openapi'
import { setAllowedEndpoints } from '#credentials/set-allowed-endpoints.ts'
import { etag, notFound, refuseOutcome } from './answers.ts'
import { type AdminApp, type AdminDeps, contextOf, findTenant } from './deps.ts'
import { readExpectedVersion } from './expected-version.ts'
import { jsonBody } from './read-body.ts'
import { ReceiptSchema, toReceiptJson } from './receipt-json.ts'
import {
  credentialParams,
  jsonAnswer,
  jsonRequest,
  problemAnswers,
  requiredIfMatch,
  withEtag,
} from './route-parts.ts'
import { AllowedEndpointsSchema, ChosenEndpointsSchema } from './schemas.ts'

const SetEndpointsSchema = AllowedEndpointsSchema.and(z.object({ receipt: ReceiptSchema })).openapi(
  'SetEndpoints',
)

export const setAllowedEndpointsRoute = createRoute({
  method: 'put',
  path: '/api/v1/tenants/{tenantId}/credentials/{credentialId}/allowed-endpoints',
  operationId: 'setAllowedEndpoints',
  summary: 'Replace what a credential may call',
  tags: ['Credentials'],
  parameters: [requiredIfMatch],
  middleware: jsonBody,
  request: { params: credentialParams, body: jsonRequest(ChosenEndpointsSchema) },
  responses: {
    200: withEtag(
      jsonAnswer('As it is now, sorted, each id once, and which gateways decide by it', SetEndpointsSchema),
    ),
    ...problemAnswers(400, 403, 404, 412, 413, 415, 422, 428),
  },
})

export function registerSetAllowedEndpoints(app: AdminApp, deps: AdminDeps): void {
  app.openapi(setAllowedEndpointsRoute, async (c) => {
    const { tenantId, credentialId } = c.req.valid('param')
    const tenant = findTenant(deps, tenantId)
    if (!tenant) return notFound(c)
    const expected = readExpectedVersion(c, 'refuse')
    if (expected instanceof Response) return expected
    const context = contextOf(c)
    const command = { ...context, tenant, credentialId, chosen: c.req.valid('json'), expected }
    const result = await setAllowedEndpoints(deps, command)
    if (result.outcome === 'refused') return refuseOutcome(c, result)
    const receipt = toReceiptJson(await deps.confirm({ tenantId }))
    c.header('etag', etag(result.version))
    return c.json({ ...result.allowed, receipt }, 200)
  })
}
