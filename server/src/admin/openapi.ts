import { OpenAPIHono, type RouteConfig } from '@hono/zod-openapi'
import { addCredentialRoute } from './add-credential.ts'
import { deleteCredentialRoute } from './delete-credential.ts'
import { editCredentialRoute } from './edit-credential.ts'
import { getAllowedEndpointsRoute } from './get-allowed-endpoints.ts'
import { getCredentialRoute } from './get-credential.ts'
import { listCredentialsRoute } from './list-credentials.ts'
import { listEndpointsRoute } from './list-endpoints.ts'
import { listTenantsRoute } from './list-tenants.ts'
import { PROBLEM_ANSWERS } from './route-parts.ts'
import { ProblemSchema } from './schemas.ts'
import { setAllowedEndpointsRoute } from './set-allowed-endpoints.ts'

/** Every operation of the API, in the order in which the document shows them. */
export const ROUTES = [
  listTenantsRoute,
  listEndpointsRoute,
  listCredentialsRoute,
  addCredentialRoute,
  getCredentialRoute,
  editCredentialRoute,
  deleteCredentialRoute,
  getAllowedEndpointsRoute,
  setAllowedEndpointsRoute,
] as const

export const OPENAPI_PATH = '/api/openapi.json'

const SECURITY = 'managementToken'

/** The API's description, OpenAPI 3.1. The same in every process; docs/openapi.json is its copy. */
export function openApiDocument(): object {
  const app = new OpenAPIHono()
  const registry = app.openAPIRegistry
  registry.registerComponent('securitySchemes', SECURITY, {
    type: 'http',
    scheme: 'bearer',
    description:
      'The management token: set as STAGEDOOR_MANAGEMENT_TOKEN, or printed once at the first start.',
  })
  registry.register('Problem', ProblemSchema)
  for (const [status, description] of Object.entries(PROBLEM_ANSWERS)) {
    registry.registerComponent('responses', `Problem${status}`, {
      description,
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    })
  }
  for (const route of ROUTES) registry.registerPath(withoutMiddleware(route))
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Stagedoor admin API',
      version: '1',
      description:
        'Add, narrow, deactivate and delete the credentials with which programs call the APIs behind Stagedoor.',
      license: { name: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ [SECURITY]: [] }],
    tags: [{ name: 'Tenants' }, { name: 'Endpoints' }, { name: 'Credentials' }],
  })
}

/** The document tells what goes over the wire, not what runs. */
function withoutMiddleware(route: RouteConfig): RouteConfig {
  const { middleware: _, ...rest } = route
  return rest
}
