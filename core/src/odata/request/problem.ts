import { LIMITS, type LimitName } from '#odata/limits.ts'
import { refuse } from '#odata/text/refusal.ts'

/** Where something wrong stands: the part of the request, and the characters of its raw text. */
export type Spot = { readonly in: string; readonly at: readonly [number, number] }

/** Refuses what is beyond one of the LIMITS; the problem names it. */
export function refuseLimit(name: LimitName, what: string, spot: Spot): never {
  const value = LIMITS[name]
  refuse({
    code: 'odata_limit',
    problem: `${what}: the limit is ${value}`,
    in: spot.in,
    at: spot.at,
    limit: { name, value },
  })
}

/** Refuses a method that the address does not have. */
export function refuseMethod(method: string, methods: readonly string[], spot: Spot): never {
  const problem = `${method} is no method of this address`
  refuse({ code: 'odata_method', problem, in: spot.in, at: spot.at, methods })
}

/** Refuses what is not OData. */
export function refuseMalformed(problem: string, spot: Spot): never {
  refuse({ code: 'odata_malformed', problem, in: spot.in, at: spot.at })
}

/** Refuses OData of a kind that is never forwarded. */
export function refuseKind(problem: string, spot: Spot): never {
  refuse({ code: 'odata_not_supported', problem, in: spot.in, at: spot.at })
}
