import { createRoute } from '@hono/zod-openapi'
import { OAUTH_DEFAULTS } from '@stagedoor/core/oauth-settings.ts'
import { issueTokens } from '#credentials/issue-tokens.ts'
import { etag, notFound, refuseOutcome, toCredentialJson, toSecretsJson } from './answers.ts'
import { type AdminApp, type AdminDeps, contextOf, findTenant } from './deps.ts'
import { readExpectedVersion } from './expected-version.ts'
import { optionalJsonBody } from './read-body.ts'
import { toReceiptJson } from './receipt-json.ts'
import {
  credentialParams,
  jsonAnswer,
  optionalJsonRequest,
  problemAnswers,
  requiredIfMatch,
  withEtag,
} from './route-parts.ts'
import { AddedCredentialSchema, IssueTokensSchema } from './schemas.ts'

export const issueTokensRoute = createRoute({
  method: 'post',
  path: '/api/v1/tenants/{tenantId}/credentials/{credentialId}/tokens',
  operationId: 'issueTokens',
  summary: 'Issue new tokens; those that the credential has stop working, at once or after an overlap',
  tags: ['Credentials'],
  parameters: [requiredIfMatch],
  middleware: optionalJsonBody,
  request: { params: credentialParams, body: optionalJsonRequest(IssueTokensSchema) },
  responses: {
    201: withEtag(jsonAnswer('Issued; they are shown this once', AddedCredentialSchema)),
    ...problemAnswers(400, 403, 404, 412, 413, 415, 422, 428),
  },
})

export function registerIssueTokens(app: AdminApp, deps: AdminDeps): void {
  app.openapi(issueTokensRoute, async (c) => {
    const params = c.req.valid('param')
    const tenant = findTenant(deps, params.tenantId)
    if (!tenant) return notFound(c)
    const expected = readExpectedVersion(c, 'refuse')
    if (expected instanceof Response) return expected
    const context = contextOf(c)
    const settings = tenant.oauth ?? OAUTH_DEFAULTS
    const overlapMs = (c.req.valid('json').overlapSeconds ?? 0) * 1000
    const result = await issueTokens(deps, { ...context, ...params, settings, overlapMs, expected })
    if (result.outcome === 'refused') return refuseOutcome(c, result)
    const receipt = toReceiptJson(await deps.confirm(params))
    c.header('etag', etag(result.credential.version))
    const secrets = toSecretsJson(result.secrets)
    return c.json({ credential: toCredentialJson(result.credential), secrets, receipt }, 201)
  })
}
