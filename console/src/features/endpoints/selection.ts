import type { EndpointIndex } from './endpoint-index.ts'

/** Places in the index. */
export type Selection = ReadonlySet<number>

export type Difference = { readonly added: number; readonly removed: number }

export type Summary = {
  readonly count: number
  readonly total: number
  readonly writes: number
  /** Whether any of them answers or takes data about people. */
  readonly personal: boolean
}

export function withAll(selection: Selection, places: readonly number[]): Selection {
  return new Set([...selection, ...places])
}

export function withoutAll(selection: Selection, places: Iterable<number>): Selection {
  const rest = new Set(selection)
  for (const place of places) rest.delete(place)
  return rest
}

/** How far a selection reaches. */
export function summarise({ endpoints }: EndpointIndex, selection: Selection): Summary {
  let writes = 0
  let personal = false
  for (const place of selection) {
    const endpoint = endpoints[place]
    if (endpoint?.effect === 'write') writes += 1
    if (endpoint?.personalData === true) personal = true
  }
  return { count: selection.size, total: endpoints.length, writes, personal }
}

export function difference(before: Selection, after: Selection): Difference {
  return { added: withoutAll(after, before).size, removed: withoutAll(before, after).size }
}
