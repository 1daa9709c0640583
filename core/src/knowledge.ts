/**
 * How well a gateway knows what it decides by. `current`: it hears from its control plane. `disconnected`: it does not, for a
 * time that the tenant tolerates. `stale`: for longer than that. `absent`: it has never learnt anything.
 */
export type Knowledge = 'current' | 'disconnected' | 'stale' | 'absent'
