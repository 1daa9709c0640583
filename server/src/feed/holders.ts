/** Which starts of gateways have had which id, as far as this process knows: so that only a new one takes an id over. */
export type Holders = {
  /** Whether it has lost the id to a later start. */
  readonly isFormer: (id: string, instance: string) => boolean
  /** It has the id now. */
  readonly took: (id: string, instance: string) => void
  /** Another one has it: if this one ever had it, it has lost it. */
  readonly lost: (id: string, instance: string) => void
  readonly hadIt: (id: string, instance: string) => boolean
  readonly forget: (isKnown: (id: string) => boolean) => void
}

/** Of one id. Copies of one directory are few. */
const INSTANCES_MAX = 32

export function createHolders(): Holders {
  const instances = new Map<string, Map<string, 'holds' | 'former'>>()
  const put = (id: string, instance: string, state: 'holds' | 'former'): void => {
    const known = instances.get(id) ?? new Map<string, 'holds' | 'former'>()
    instances.set(id, known)
    known.delete(instance)
    known.set(instance, state)
    const [oldest] = known.keys()
    if (known.size > INSTANCES_MAX && oldest !== undefined) known.delete(oldest)
  }
  return {
    isFormer: (id, instance) => instances.get(id)?.get(instance) === 'former',
    hadIt: (id, instance) => instances.get(id)?.has(instance) ?? false,
    lost: (id, instance) => put(id, instance, 'former'),
    took: (id, instance) => {
      for (const [other, state] of instances.get(id) ?? []) {
        if (state === 'holds' && other !== instance) put(id, other, 'former')
      }
      put(id, instance, 'holds')
    },
    forget: (isKnown) => {
      for (const id of instances.keys()) if (!isKnown(id)) instances.delete(id)
    },
  }
}
