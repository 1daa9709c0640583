import { describe, expect, it } from 'vitest'
import { createGrammarOracle } from './testing/grammar.ts'
import { hasSharedData, type OasisSuite, readOasisSuite } from './testing/shared-data.ts'

const here = hasSharedData('oasis-abnf/odata-abnf-construction-rules.txt')

describe.skipIf(!here)("OASIS's grammar, read by apg-js", () => {
  it('takes every positive case of OASIS and refuses every negative one where OASIS says', () => {
    const oracle = createGrammarOracle([])
    const suite = readOasisSuite('protocol')
    expect(suite.TestCases.length).toBe(840)
    expect(disagreements(oracle.read, suite)).toEqual([])
  })
})

function disagreements(
  read: ReturnType<typeof createGrammarOracle>['read'],
  suite: OasisSuite,
): readonly string[] {
  return suite.TestCases.filter((each) => {
    const { success, furthest } = read(each.Rule, each.Input, suite.Constraints)
    return each.FailAt === undefined ? !success : success || furthest !== each.FailAt
  }).map((each) => `${each.Rule}: ${each.Input}`)
}
