import type { ListedEndpoints } from '@stagedoor/core/policy-record.ts'
import type { Tenant } from '@stagedoor/core/tenant.ts'
import { type FieldError, type Refused, refused } from './use-case.ts'

/** What an operator chose. An empty list refuses every call, so it must be meant. */
export type ChosenEndpoints =
  | { readonly kind: 'all' }
  | { readonly kind: 'only'; readonly endpoints: readonly string[]; readonly confirmEmpty?: true | undefined }

export const ENDPOINTS_MAX = 20_000
const ERRORS_MAX = 100

export type CheckedEndpoints = { readonly outcome: 'checked'; readonly allowed: ListedEndpoints }

/** The choice, sorted and each once. Refused where an endpoint is not one of the tenant's. `at`: JSON pointer of the choice. */
export function checkChosenEndpoints(
  tenant: Tenant,
  chosen: ChosenEndpoints,
  { at }: { readonly at: string },
): CheckedEndpoints | Refused {
  if (chosen.kind === 'all') return { outcome: 'checked', allowed: { kind: 'all' } }
  const field = `${at}/endpoints`
  if (chosen.endpoints.length > ENDPOINTS_MAX) {
    return refused('validation_failed', {
      errors: [{ field, message: `At most ${ENDPOINTS_MAX} endpoints.` }],
    })
  }
  if (chosen.endpoints.length === 0 && chosen.confirmEmpty !== true) {
    return refused('empty_list_not_confirmed', {
      detail: 'An empty list refuses every call. Send "confirmEmpty": true with it if that is meant.',
      errors: [{ field, message: 'The list is empty.' }],
    })
  }
  const errors = unknownEndpoints(tenant, chosen.endpoints, field)
  if (errors.length > 0) {
    return refused('endpoint_not_in_tenant', {
      detail: `${errors.length} of ${chosen.endpoints.length} ids name no endpoint of this tenant's catalogs.`,
      errors: errors.slice(0, ERRORS_MAX),
    })
  }
  return {
    outcome: 'checked',
    allowed: { kind: 'only', endpoints: [...new Set(chosen.endpoints)].toSorted() },
  }
}

/** Another tenant's endpoint reads like one that does not exist. */
function unknownEndpoints(tenant: Tenant, ids: readonly string[], field: string): readonly FieldError[] {
  const known = new Set(
    tenant.catalogs.flatMap((catalog) => catalog.endpoints.map((endpoint) => endpoint.id)),
  )
  return ids.flatMap((id, index) =>
    known.has(id)
      ? []
      : [
          {
            field: `${field}/${index}`,
            message: `"${id.slice(0, 200)}" is not an endpoint of this tenant's catalogs.`,
          },
        ],
  )
}
