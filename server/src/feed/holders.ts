/** Which starts of gateways have had which id, as far as this process knows: only one that never had it takes it over. */
export type Holders = {
  readonly hadIt: (id: string, instance: string) => boolean
  /** It has or had the id. */
  readonly note: (id: string, instance: string) => void
  readonly forget: (isKnown: (id: string) => boolean) => void
}

/** Of one id. Copies of one directory are few. */
const INSTANCES_MAX = 32

export function createHolders(): Holders {
  const instances = new Map<string, Set<string>>()
  return {
    hadIt: (id, instance) => instances.get(id)?.has(instance) ?? false,
    note: (id, instance) => {
      const noted = instances.get(id) ?? new Set<string>()
      instances.set(id, noted)
      noted.delete(instance)
      noted.add(instance)
      const [oldest] = noted
      if (noted.size > INSTANCES_MAX && oldest !== undefined) noted.delete(oldest)
    },
    forget: (isKnown) => {
      for (const id of instances.keys()) if (!isKnown(id)) instances.delete(id)
    },
  }
}
