import { OpenAPIHono, type RouteConfig } from '@hono/zod-openapi'
import { OPERATIONS, PUBLIC_OPERATIONS } from './operations.ts'
import { PROBLEM_ANSWERS } from './route-parts.ts'
import { ProblemSchema } from './schemas.ts'

export const OPENAPI_PATH = '/api/openapi.json'

const MANAGEMENT_TOKEN = 'managementToken'
const SESSION = 'session'
/** Under https; on loopback without the prefix `__Host-`. */
const SESSION_COOKIE = '__Host-stagedoor_session'

/** The API's description, OpenAPI 3.1. The same in every process; docs/openapi.json is its copy. */
export function openApiDocument(): object {
  const app = new OpenAPIHono()
  const registry = app.openAPIRegistry
  registry.registerComponent('securitySchemes', MANAGEMENT_TOKEN, {
    type: 'http',
    scheme: 'bearer',
    description:
      'Of one tenant, made in the console; or of all, set as STAGEDOOR_MANAGEMENT_TOKEN or printed once at the first start.',
  })
  registry.registerComponent('securitySchemes', SESSION, {
    type: 'apiKey',
    in: 'cookie',
    name: SESSION_COOKIE,
    description:
      'The console. Whatever changes something also needs the header X-Stagedoor-Console: 1 and the console as Origin.',
  })
  registry.register('Problem', ProblemSchema)
  for (const [status, description] of Object.entries(PROBLEM_ANSWERS)) {
    registry.registerComponent('responses', `Problem${status}`, {
      description,
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    })
  }
  for (const { route } of [...PUBLIC_OPERATIONS, ...OPERATIONS])
    registry.registerPath(withoutMiddleware(route))
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
    security: [{ [MANAGEMENT_TOKEN]: [] }, { [SESSION]: [] }],
    tags: [
      'Signing in',
      'Tenants',
      'Endpoints',
      'Credentials',
      'Operators',
      'Management tokens',
      'Operation',
    ].map((name) => ({
      name,
    })),
  })
}

/** The document tells what goes over the wire, not what runs. */
function withoutMiddleware(route: RouteConfig): RouteConfig {
  const { middleware: _, ...rest } = route
  return rest
}
