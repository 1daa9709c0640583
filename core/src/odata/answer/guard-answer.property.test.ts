import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { StructuredType } from '#odata/model.ts'
import { atSource, navigate, type Position } from '#odata/position.ts'
import { guardAnswer } from './guard-answer.ts'
import { createUrlRewriter } from './links.ts'
import { EVENT_MODEL } from './testing/event-model.ts'

const UPSTREAM = 'https://upstream.test/odata'
const ROOT = 'https://gate.test/e/odata'
const rewriteUrl = createUrlRewriter({ upstreamRoots: [UPSTREAM], root: ROOT }, (token) => token)
const SETS = [...EVENT_MODEL.sources.keys()]
const START = ['Events', 'Bookings', 'Accounts', 'Venues', 'Notes']

/** Draws what an upstream could answer, one number after the other; `choices` says everything. */
type Draw = (below: number) => number

type Made = {
  readonly granted: ReadonlySet<string>
  readonly draw: Draw
  /** Where an entity of a set that is not granted was put. */
  readonly embedded: string[]
  /** Whether such entities are put at all. */
  readonly leaks: boolean
}

type Entity = Record<string, unknown>

function drawFrom(choices: readonly number[]): Draw {
  let at = 0
  return (below) => {
    at += 1
    return (choices[at % choices.length] ?? 0) % below
  }
}

/** Written out by hand along the model, so that the guard is compared with another reading of it. */
function entityAt(position: Position, path: string, made: Made): Entity {
  const { draw } = made
  const types = [position.type, ...position.type.derived]
  const type = types[draw(types.length)] ?? position.type
  const members: [string, unknown][] = []
  if (type.kind === 'entity' && draw(2) === 0)
    members.push(['@odata.id', `${UPSTREAM}/${type.name}(${draw(99)})`])
  for (const property of type.properties.values()) {
    if (draw(3) === 0) continue
    const steps = [...position.steps, property.name]
    const value = valueOf(property.type.name, { ...position, type, steps }, `${path}/${property.name}`, made)
    members.push([property.name, property.type.collection ? [value] : value])
  }
  members.push(...navigated({ ...position, type }, path, made))
  // `host` leads to other sets in each derived type: there the type has to come first.
  const host = members.findIndex(([name]) => name === 'host')
  const place = draw((host < 0 ? members.length : host) + 1)
  if (type !== position.type) members.splice(place, 0, ['@odata.type', `#${type.name}`])
  if (type.open) members.push(['Extra', draw(2) === 0 ? 'x' : ['x', 1]])
  return Object.fromEntries(members)
}

function valueOf(typeName: string, at: Position, path: string, made: Made): unknown {
  const type = EVENT_MODEL.types.get(typeName)
  if (type) return entityAt({ ...at, type }, path, made)
  if (typeName === 'Edm.GeographyPoint') return { type: 'Point', coordinates: [8.54, 47.36] }
  return ['text "}{" \\ \u00fc', 12.5, null, true][made.draw(4)]
}

function navigated(position: Position, path: string, made: Made): readonly [string, unknown][] {
  const { draw, granted, embedded, leaks } = made
  const members: [string, unknown][] = []
  for (const navigation of position.type.navigation.values()) {
    const target = navigate(EVENT_MODEL, position, navigation)
    const reachable = navigation.containsTarget || target.sources.every((source) => granted.has(source.name))
    if (path.split('/').length > 7 || draw(3) > 0 || (!reachable && !leaks)) continue
    const below = `${path}/${navigation.name}`
    if (!reachable) embedded.push(below)
    const count = navigation.collection ? draw(3) : 1
    const entities = Array.from({ length: count }, () => entityAt(target, below, made))
    members.push([navigation.name, navigation.collection ? entities : entities[0]])
  }
  return members
}

function answerOf(set: string, granted: ReadonlySet<string>, { choices, leaks }: Drawn) {
  const source = EVENT_MODEL.sources.get(set)
  if (!source) throw new Error(set)
  const made: Made = { granted, draw: drawFrom(choices), embedded: [], leaks }
  const position = atSource(source)
  const count = 1 + made.draw(3)
  const value = Array.from({ length: count }, () => entityAt(position, 'value', made))
  const text = JSON.stringify({ '@odata.context': `${UPSTREAM}/$metadata#${set}`, value })
  const guarded = guardAnswer(EVENT_MODEL, new TextEncoder().encode(text), {
    result: { kind: 'entities', position },
    isGranted: (name) => granted.has(name),
    rewriteUrl,
  })
  return { text, guarded, embedded: made.embedded }
}

type Drawn = { readonly choices: readonly number[]; readonly leaks: boolean }

const drawnChoices = fc.array(fc.nat(1000), { minLength: 40, maxLength: 200 })
const grantedSets = fc.subarray(SETS)

describe('generated answers', () => {
  it('that embed an entity which is not granted, anywhere, are always refused; all others pass unchanged but for links', () => {
    let refused = 0
    let passed = 0
    fc.assert(
      fc.property(
        fc.constantFrom(...START),
        grantedSets,
        drawnChoices,
        fc.boolean(),
        (set, sets, choices, leaks) => {
          const { text, guarded, embedded } = answerOf(set, new Set([set, ...sets]), { choices, leaks })
          if (embedded.length > 0) {
            refused += 1
            expect(guarded.ok).toBe(false)
            expect(embedded).toContain(guarded.ok ? '' : guarded.reveals?.path)
          } else {
            passed += 1
            if (!guarded.ok) throw new Error(`${JSON.stringify(guarded)} ${text}`)
            expect(new TextDecoder().decode(guarded.bytes)).toBe(text.replaceAll(UPSTREAM, ROOT))
          }
        },
      ),
      { numRuns: 3000 },
    )
    expect(refused).toBeGreaterThan(300)
    expect(passed).toBeGreaterThan(300)
  })

  it('are the same bytes, the very object, where there is no link to turn', () => {
    const bytes = new TextEncoder().encode('{"value":[{"ID":1,"sessions":[]}]}')
    const events = EVENT_MODEL.sources.get('Events')
    const position = events && atSource(events)
    const guarded = guardAnswer(EVENT_MODEL, bytes, {
      result: { kind: 'entities', position },
      isGranted: () => false,
      rewriteUrl,
    })
    expect(guarded.ok && guarded.bytes).toBe(bytes)
  })

  it('any bytes whatsoever end in a value, never in an exception', () => {
    const fragments = [
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"value"',
      '"account"',
      '"@odata.type"',
      '"#EM.Gala"',
      'null',
      '1',
      '"@odata.id"',
      '"\\u12"',
      '\u00fc',
      '\ud800',
    ]
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...fragments), { maxLength: 30 }), (parts) => {
        const position = atSource(EVENT_MODEL.sources.get('Events') ?? failing())
        const bytes = new TextEncoder().encode(`{"value":[${parts.join('')}`)
        const guarded = guardAnswer(EVENT_MODEL, bytes, {
          result: { kind: 'entities', position },
          isGranted: () => false,
          rewriteUrl,
        })
        const passed = guarded.ok ? new TextDecoder().decode(guarded.bytes) : '{}'
        expect(JSON.parse(passed)).toBeTypeOf('object')
      }),
      { numRuns: 2000 },
    )
  })
})

function failing(): never {
  throw new Error('the model lacks Events')
}

/** Every navigation property of the model is put somewhere: none is left to chance. */
describe('each navigation property of each type', () => {
  const cases = [...EVENT_MODEL.sources.values()].flatMap((source) =>
    [source.type, ...source.type.derived].flatMap((type: StructuredType) =>
      [...type.navigation.values()]
        .filter((navigation) => !navigation.containsTarget)
        .map((navigation) => [source, type, navigation] as const),
    ),
  )
  it.each(cases)('is refused where its target is not granted: %o', (source, type, navigation) => {
    const position = { ...atSource(source), type: source.type }
    const targets = navigate(EVENT_MODEL, { ...position, type }, navigation).sources.map(({ name }) => name)
    const typed = type === source.type ? '' : `"@odata.type":"#${type.name}",`
    for (const value of ['{}', '[]', 'null', '[{}]', '{"ID":1}', '"x"']) {
      for (const missing of targets) {
        const bytes = new TextEncoder().encode(`{"value":[{"ID":1,${typed}"${navigation.name}":${value}}]}`)
        const isGranted = (name: string) => name !== missing
        const guarded = guardAnswer(EVENT_MODEL, bytes, {
          result: { kind: 'entities', position },
          isGranted,
          rewriteUrl,
        })
        expect(guarded.ok).toBe(false)
        expect(guarded.ok ? [] : guarded.reveals?.sources).toEqual([missing])
      }
    }
  })
})
