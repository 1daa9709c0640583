import type { Entity, Value } from './entity.ts'
import type { World } from './world.ts'

/** What the carrying out of one request knows. */
export type Context = {
  readonly world: World
  /** Absolute address of the service, as this process sees itself: it gets into answers. */
  readonly root: string
  /** Told of every set that is really read or written: `GET Accounts`. */
  readonly reach: (endpoint: string) => void
  /** Parameter aliases by name (`@p`), as text. */
  readonly aliases: ReadonlyMap<string, string>
  /** Results of earlier requests of a batch, by their id. */
  readonly references: ReadonlyMap<string, Value>
}

/** The rows of a set. Reading them is noted. */
export function rowsOf(context: Context, set: string): readonly Entity[] {
  context.reach(`GET ${set}`)
  return context.world.sets[set] ?? []
}
