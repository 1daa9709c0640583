import type { Catalog } from '@stagedoor/core/catalog/endpoint.ts'

/** The endpoints of a tenant, numbered. */
export type EndpointNumbers = {
  /** -1 for what is in no catalog of the tenant. */
  readonly numberOf: (id: string) => number
  readonly idOf: (number: number) => string
}

/** Numbers the endpoints of catalogs one after another. Tenants share catalogs, and the numbers within them. */
export function createNumbering(): (catalogs: readonly Catalog[]) => EndpointNumbers {
  const made = new Map<Catalog, ReadonlyMap<string, number>>()
  return (catalogs) => {
    let first = 0
    const parts = catalogs.map((catalog) => {
      const numbers = made.get(catalog) ?? new Map(catalog.endpoints.map(({ id }, index) => [id, index]))
      made.set(catalog, numbers)
      const part = { first, numbers, catalog }
      first += catalog.endpoints.length
      return part
    })
    return {
      numberOf: (id) => {
        for (const { first, numbers } of parts) {
          const number = numbers.get(id)
          if (number !== undefined) return first + number
        }
        return -1
      },
      idOf: (number) => {
        const part = parts.findLast(({ first }) => first <= number)
        return part?.catalog.endpoints[number - part.first]?.id ?? ''
      },
    }
  }
}

/** Ids of endpoints as bits over the tenant's endpoints, and those of none of its catalogs as they are. */
export type EndpointBits = {
  /** The word that `words` begins with: the others are zero. */
  readonly firstWord: number
  readonly words: Uint32Array
  readonly others: readonly string[]
}

/** The same ids give the same bits, in whatever order they come. */
export function readEndpointBits(ids: readonly string[], { numberOf }: EndpointNumbers): EndpointBits {
  const others = new Set<string>()
  const numbers: number[] = []
  for (const id of ids) {
    const number = numberOf(id)
    if (number < 0) others.add(id)
    else numbers.push(number)
  }
  let [least, most] = [numbers[0] ?? 0, numbers[0] ?? -1]
  for (const number of numbers) {
    if (number < least) least = number
    if (number > most) most = number
  }
  const firstWord = least >>> 5
  const words = new Uint32Array(most < 0 ? 0 : (most >>> 5) - firstWord + 1)
  for (const number of numbers) {
    const word = (number >>> 5) - firstWord
    words[word] = (words[word] ?? 0) | (1 << (number & 31))
  }
  return { firstWord, words, others: [...others].toSorted() }
}

/** A set that is asked by id. */
export function createEndpointSet(bits: EndpointBits, numbers: EndpointNumbers): ReadonlySet<string> {
  const { firstWord, words } = bits
  const others = new Set(bits.others)
  const { numberOf } = numbers
  const keys = function* (): Generator<string, undefined> {
    for (const [index, word] of words.entries())
      for (let bit = 0; bit < 32; bit += 1)
        if ((word >>> bit) & 1) yield numbers.idOf((firstWord + index) * 32 + bit)
    yield* others
    return undefined
  }
  const set: ReadonlySet<string> = {
    has: (id) => {
      const number = numberOf(id)
      if (number < 0) return others.has(id)
      return (((words[(number >>> 5) - firstWord] ?? 0) >>> (number & 31)) & 1) === 1
    },
    get size() {
      return [...keys()].length
    },
    keys,
    values: keys,
    [Symbol.iterator]: keys,
    entries: function* () {
      for (const id of keys()) yield [id, id]
      return undefined
    },
    forEach: (call, self) => {
      for (const id of keys()) call.call(self, id, id, set)
    },
  }
  return set
}
