import { createRoute } from '@hono/zod-openapi'
import { editCredential } from '#credentials/edit-credential.ts'
import { etag, notFound, refuseOutcome, toCredentialJson } from './answers.ts'
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
import { CredentialEditsSchema, CredentialSchema } from './schemas.ts'

const EditedCredentialSchema = CredentialSchema.extend({ receipt: ReceiptSchema }).openapi('EditedCredential')

export const editCredentialRoute = createRoute({
  method: 'patch',
  path: '/api/v1/tenants/{tenantId}/credentials/{credentialId}',
  operationId: 'editCredential',
  summary: 'Change title, description or active',
  description: 'Everything else of a credential stays as it was added.',
  tags: ['Credentials'],
  parameters: [requiredIfMatch],
  middleware: jsonBody,
  request: { params: credentialParams, body: jsonRequest(CredentialEditsSchema) },
  responses: {
    200: withEtag(jsonAnswer('As it is now, and which gateways decide by it', EditedCredentialSchema)),
    ...problemAnswers(400, 403, 404, 409, 412, 413, 415, 422, 428),
  },
})

export function registerEditCredential(app: AdminApp, deps: AdminDeps): void {
  app.openapi(editCredentialRoute, async (c) => {
    const params = c.req.valid('param')
    if (!findTenant(deps, params.tenantId)) return notFound(c)
    const expected = readExpectedVersion(c, 'refuse')
    if (expected instanceof Response) return expected
    const context = contextOf(c)
    const result = await editCredential(deps, { ...context, ...params, edits: c.req.valid('json'), expected })
    if (result.outcome === 'refused') return refuseOutcome(c, result)
    const receipt = toReceiptJson(await deps.confirm(params))
    c.header('etag', etag(result.credential.version))
    return c.json({ ...toCredentialJson(result.credential), receipt }, 200)
  })
}
