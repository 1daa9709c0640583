import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Model } from './model.ts'
import { type Dice, diceFromSeed } from './testing/dice.ts'
import { type Generated, generateRequest } from './testing/generate.ts'
import { createGrammarOracle, type GrammarOracle } from './testing/grammar.ts'
import { mutate } from './testing/mutate.ts'
import { analyse, touched, worldModel } from './testing/requests.ts'
import { hasSharedData } from './testing/shared-data.ts'
import { plainWording, variedWording } from './testing/wording.ts'
import { normalized, withNamesOf, withoutGaps, worldNames } from './testing/world-names.ts'

const model: Model = worldModel()

/** What is wrong with the analysis of a request whose reach is known; undefined where all is right. */
function complaint(request: Generated): string | undefined {
  const { method, text, ifMatch } = request
  const answer = analyse(model, method, text, { ifMatch })
  if (!answer.ok) return `refused: ${answer.code} ${answer.problem} at ${answer.at.join('-')}`
  if (touched(answer).join() !== request.touches.join()) {
    return `touches ${touched(answer).join()} instead of ${request.touches.join()}`
  }
  if (answer.unknownReach.length > 0) return `unknown reach: ${answer.unknownReach[0]?.text}`
  const again = analyse(model, method, answer.target, { ifMatch })
  if (!again.ok) return `the canonical form ${answer.target} is refused: ${again.problem}`
  if (again.target !== answer.target) return `the canonical form ${answer.target} becomes ${again.target}`
  if (touched(again).join() !== touched(answer).join())
    return `the canonical form touches ${touched(again).join()}`
  return undefined
}

function fromGenerator(): fc.Arbitrary<Dice> {
  return fc.gen().map((draw) => (count) => draw(fc.nat, { max: count - 1 }))
}

describe('Generated requests', () => {
  it('touch exactly what they were made to touch, and so do their canonical forms: 100,000', () => {
    const complaints: string[] = []
    for (let seed = 0; seed < 100_000 && complaints.length < 20; seed += 1) {
      const dice = diceFromSeed(seed)
      const request = generateRequest(dice, variedWording(dice))
      const found = complaint(request)
      if (found) complaints.push(`${seed}: ${request.method} ${request.text}\n    ${found}`)
    }
    expect(complaints.join('\n')).toBe('')
  })

  it('touch the same where their options stand in the body of /$query', () => {
    let asked = 0
    for (let seed = 0; seed < 20_000; seed += 1) {
      const dice = diceFromSeed(seed)
      const { method, text, touches } = generateRequest(dice, variedWording(dice))
      const [path = '', query] = text.split('?')
      if (method !== 'GET' || query === undefined || path.includes('$')) continue
      const answer = analyse(model, 'POST', `${path}/$query`, { queryBody: query })
      expect(answer.ok ? touched(answer) : `${answer.problem}: ${text}`, text).toEqual(touches)
      asked += 1
    }
    expect(asked).toBeGreaterThan(5_000)
  })

  it('touch exactly what they were made to touch, made small where one does not', () => {
    fc.assert(
      fc.property(fromGenerator(), (dice) => {
        const request = generateRequest(dice, plainWording())
        expect(complaint(request), `${request.method} ${request.text}`).toBeUndefined()
      }),
      { numRuns: 1_000 },
    )
  })

  it('never make the analysis throw, however they are damaged: 100,000', () => {
    for (let seed = 0; seed < 100_000; seed += 1) {
      const dice = diceFromSeed(seed)
      const text = mutate(dice, generateRequest(dice, variedWording(dice)).text)
      const answer = analyse(model, 'GET', text)
      if (!answer.ok) continue
      const again = analyse(model, 'GET', answer.target)
      expect(again.ok && again.target, text).toBe(answer.target)
      expect(again.ok && touched(again), text).toEqual(touched(answer))
    }
  })
})

describe.skipIf(!hasSharedData('oasis-abnf/odata-abnf-construction-rules.txt'))("OASIS's grammar", () => {
  let oracle: GrammarOracle
  const names = worldNames()
  beforeAll(() => {
    oracle = createGrammarOracle(['aggregation'])
  })
  const inGrammar = (text: string, known = names) =>
    oracle.read('odataRelativeUri', text.slice(1), known).success

  it('accepts 5,000 generated requests and the canonical forms of what is accepted', () => {
    const complaints: string[] = []
    for (let seed = 0; seed < 5_000 && complaints.length < 20; seed += 1) {
      const dice = diceFromSeed(seed)
      const { method, text } = generateRequest(dice, variedWording(dice))
      const answer = analyse(model, method, text)
      // Names of a join are read as what they are elsewhere: apg-js never tries a second reading.
      if (!answer.ok || text.startsWith('/$crossjoin')) continue
      if (!inGrammar(normalized(text))) complaints.push(`${seed}: ${text}`)
      if (!inGrammar(answer.target)) complaints.push(`${seed}: canonical ${answer.target}`)
    }
    expect(complaints.join('\n')).toBe('')
  }, 300_000)

  it('accepts what is accepted of damaged requests', () => {
    const complaints: string[] = []
    let accepted = 0
    for (let seed = 0; seed < 20_000 && complaints.length < 20; seed += 1) {
      const dice = diceFromSeed(seed)
      const text = mutate(dice, generateRequest(dice, plainWording()).text)
      const answer = analyse(model, 'GET', text)
      if (!answer.ok || answer.kind !== 'resource' || text.startsWith('/$crossjoin')) continue
      // Where the reach is unknown, names may be unknown, too. Keys may begin at $it and $root (rows 24 and 42).
      if (answer.unknownReach.length > 0 || /\((?:\w+=)?\$(?:it|this|root)/.test(answer.target)) continue
      accepted += 1
      const known = withNamesOf(normalized(text), names)
      const original = normalized(text)
      if (!inGrammar(original, known) && !inGrammar(withoutGaps(original), known))
        complaints.push(`${seed}: ${text}`)
      if (!inGrammar(answer.target, known)) complaints.push(`${seed}: canonical ${answer.target}`)
    }
    console.log(`${accepted} of 20000 damaged requests are still accepted`)
    expect(complaints.join('\n')).toBe('')
  })
})
