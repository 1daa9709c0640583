import { createMiddleware } from 'hono/factory'
import { notFound, refuse } from './answers.ts'
import { type AdminDeps, type AdminEnv, findTenant } from './deps.ts'

/**
 * For every address of a tenant, also those that nobody has thought of yet: a tenant in which one has no role is not
 * there, and a User changes nothing.
 */
export function authorize(deps: Pick<AdminDeps, 'tenants'>) {
  return createMiddleware<AdminEnv, '/api/v1/tenants/:tenantId/*'>(async (c, next) => {
    const tenantId = c.req.param('tenantId')
    const role = findTenant(deps, tenantId) && c.get('principal').roleIn(tenantId)
    if (role === undefined) return notFound(c)
    const looks = c.req.method === 'GET' || c.req.method === 'HEAD'
    if (role === 'customer_admin' || looks) return await next()
    return refuse(c, {
      code: 'role_missing',
      detail:
        'Your role in this tenant is User. A Customer Admin can make this change, or give you that role.',
    })
  })
}
