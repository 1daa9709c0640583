import type { Route } from '#routes.ts'
import type { Json } from '#row.ts'
import type { Records } from './records.ts'

/** One signed-in call: everything that an operation may look at. */
export type EnterpriseCall = {
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly pathname: string
  readonly body: Json | undefined
  readonly records: Records
}

export type EnterpriseHandler = (call: EnterpriseCall) => Response
export type EnterpriseRoute = Route<EnterpriseHandler>

export const BASE = '/api/v1'

export function route(method: string, path: string, handler: EnterpriseHandler): EnterpriseRoute {
  return { method, template: `${BASE}/${path}`, handler }
}
