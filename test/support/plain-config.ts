import { join } from 'node:path'
import { ROOT } from './stagedoor.ts'

type Upstream = { readonly baseUrl: string; readonly signIn?: object; readonly timeouts?: object }

/** A configuration with one Enterprise tenant, no sandbox, and upstreams that the test brings. */
export function plainConfig(
  upstreams: Readonly<Record<string, Upstream>> = { enterprise: { baseUrl: 'http://127.0.0.1:9' } },
): { readonly catalogs: object; readonly tenants: readonly object[] } {
  return {
    catalogs: {
      enterprise: {
        document: join(ROOT, 'catalogs/enterprise.openapi.json'),
        mount: '/enterprise/connect/api',
      },
      odata: {
        document: join(ROOT, 'catalogs/enterprise-odata.csdl.xml'),
        mount: '/enterprise/connect/api/odata',
      },
    },
    tenants: [{ id: 'tnt_plain', name: 'Plain Hall', edition: 'enterprise', upstreams }],
  }
}

export const PLAIN = '/api/v1/tenants/tnt_plain'
