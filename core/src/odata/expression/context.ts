import { LIMITS } from '#odata/limits.ts'
import type { Model } from '#odata/model.ts'
import { refuse } from '#odata/text/refusal.ts'
import type { SourceText } from '#odata/text/source-text.ts'
import type { Recorder } from '#odata/touches.ts'

/** What all expressions of one request share. */
export type Context = {
  readonly model: Model
  readonly recorder: Recorder
  readonly budget: Budget
  readonly aliases: Aliases
}

/** Counts what a request spends of LIMITS.expressionNodes and LIMITS.nesting; refuses by a `Refusal`. */
export type Budget = {
  readonly node: (source: SourceText, index: number) => void
  /** Runs `read` one level deeper. */
  readonly deeper: <T>(source: SourceText, index: number, read: () => T) => T
}

/** Parameter aliases (URL conventions 5.3) of a request, `@p` -> the text of its value. */
export type Aliases = {
  readonly get: (name: string) => Alias | undefined
  /** Canonical values of those that were used, in the order of use; to be written as `@p=...`. */
  readonly used: () => readonly (readonly [name: string, text: string])[]
  /** Names of those that nothing used: a request that has one is refused. */
  readonly unused: () => readonly string[]
}

export type Alias = {
  readonly name: string
  readonly source: SourceText
  /** Whether its value is being read right now: then it contains itself. */
  readonly isOpen: () => boolean
  readonly open: () => void
  /** Notes the canonical value. False where another use has given another one. */
  readonly close: (canonical: string) => boolean
}

export function createContext(parts: {
  readonly model: Model
  readonly recorder: Recorder
  readonly aliases?: ReadonlyMap<string, SourceText>
}): Context {
  const { model, recorder, aliases = new Map<string, SourceText>() } = parts
  return { model, recorder, budget: createBudget(), aliases: createAliases(aliases) }
}

function createBudget(): Budget {
  let nodes = 0
  let depth = 0
  return {
    node: (source, index) => {
      nodes += 1
      if (nodes > LIMITS.expressionNodes) beyond('expressionNodes', source, index)
    },
    deeper: (source, index, read) => {
      depth += 1
      if (depth > LIMITS.nesting) beyond('nesting', source, index)
      const result = read()
      depth -= 1
      return result
    },
  }
}

function beyond(name: 'expressionNodes' | 'nesting', source: SourceText, index: number): never {
  const value = LIMITS[name]
  const what =
    name === 'nesting' ? `nested more than ${value} deep` : `more than ${value} parts in expressions`
  refuse({
    code: 'odata_limit',
    problem: what,
    in: source.in,
    at: [source.at(index), source.at(index)],
    limit: { name, value },
  })
}

function createAliases(values: ReadonlyMap<string, SourceText>): Aliases {
  const open = new Set<string>()
  const written = new Map<string, string>()
  return {
    get: (name) => {
      const source = values.get(name)
      if (!source) return undefined
      return {
        name,
        source,
        isOpen: () => open.has(name),
        open: () => void open.add(name),
        close: (canonical) => {
          open.delete(name)
          const before = written.get(name)
          written.set(name, canonical)
          return before === undefined || before === canonical
        },
      }
    },
    used: () => [...written],
    unused: () => [...values.keys()].filter((name) => !written.has(name)),
  }
}
