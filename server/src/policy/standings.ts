import type { AllowedEndpoints } from '@stagedoor/core/allowed-endpoints.ts'
import type { PolicyRecord } from '@stagedoor/core/policy-record.ts'
import type { Tenant } from '@stagedoor/core/tenant.ts'
import { createEndpointSet, createNumbering, type EndpointNumbers, readEndpointBits } from './endpoint-set.ts'

/** What many credentials have in common. */
export type Standing = {
  readonly tenantId: string
  /** Neither deactivated nor deleted. */
  readonly active: boolean
  readonly allowedEndpoints: AllowedEndpoints
}

/** What of a record is its standing. */
export type GivenStanding = Pick<PolicyRecord, 'tenantId' | 'active' | 'deleted' | 'allowedEndpoints'>

/** Each standing once, by number, for as long as a credential has it. */
export type Standings = {
  /** The number of a record's standing. One more credential has it. */
  readonly take: (record: GivenStanding) => number
  /** One credential more has it. */
  readonly retain: (number: number) => void
  /** One credential fewer has it. */
  readonly release: (number: number) => void
  readonly get: (number: number) => Standing
}

/** The endpoints of each tenant that is configured, and of any other none. Made once for all tables of a policy. */
export function numberEndpoints(tenants: readonly Tenant[]): (tenantId: string) => EndpointNumbers {
  const numbering = createNumbering()
  const none = numbering([])
  const numbers = new Map(tenants.map(({ id, catalogs }) => [id, numbering(catalogs)]))
  return (tenantId) => numbers.get(tenantId) ?? none
}

type Held = { readonly key: string; readonly standing: Standing; credentials: number }

export function createStandings(numbersOf: (tenantId: string) => EndpointNumbers): Standings {
  const held: (Held | undefined)[] = []
  const free: number[] = []
  const numbers = new Map<string, number>()
  const at = (number: number): Held => held[number] ?? noStanding(number)
  return {
    take: (record) => {
      const { key, make } = describe(record, numbersOf(record.tenantId))
      let number = numbers.get(key)
      if (number === undefined) {
        number = free.pop() ?? held.length
        held[number] = { key, standing: make(), credentials: 0 }
        numbers.set(key, number)
      }
      at(number).credentials += 1
      return number
    },
    retain: (number) => {
      at(number).credentials += 1
    },
    release: (number) => {
      const given = at(number)
      given.credentials -= 1
      if (given.credentials > 0) return
      numbers.delete(given.key)
      held[number] = undefined
      free.push(number)
    },
    get: (number) => at(number).standing,
  }
}

/** Two records have the same key exactly when they have the same standing. */
function describe(
  record: GivenStanding,
  numbers: EndpointNumbers,
): { readonly key: string; readonly make: () => Standing } {
  const { tenantId, allowedEndpoints: allowed } = record
  const active = record.active && !record.deleted
  if (allowed.kind === 'all')
    return {
      key: JSON.stringify([tenantId, active]),
      make: () => ({ tenantId, active, allowedEndpoints: { kind: 'all' } }),
    }
  const bits = readEndpointBits(allowed.endpoints, numbers)
  const written = Buffer.from(bits.words.buffer).toString('base64')
  return {
    key: JSON.stringify([tenantId, active, bits.firstWord, written, bits.others]),
    make: () => ({
      tenantId,
      active,
      allowedEndpoints: { kind: 'only', endpoints: createEndpointSet(bits, numbers) },
    }),
  }
}

function noStanding(number: number): never {
  throw new RangeError(`there is no standing ${number}`)
}
