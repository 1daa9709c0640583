import { describe, expect, it } from 'vitest'
import { asSent, requestOfCase } from './testing/case-requests.ts'
import { modelOfConstraints } from './testing/constraints-model.ts'
import { NOT_SUPPORTED } from './testing/not-supported.ts'
import { analyseAnyMethod } from './testing/requests.ts'
import { hasSharedData, OASIS_FILES, type OasisCase, readOasisSuite } from './testing/shared-data.ts'

const SUITES = Object.keys(OASIS_FILES) as (keyof typeof OASIS_FILES)[]

describe.each(SUITES)("OASIS's cases: %s", (name) => {
  const here = hasSharedData(OASIS_FILES[name])
  const suite = here ? readOasisSuite(name) : { Constraints: {}, TestCases: [] }
  const model = modelOfConstraints(suite.Constraints)
  const cases = suite.TestCases.map((each) => ({ each, text: requestOfCase(each) })).filter(
    (one): one is { each: OasisCase; text: string } => one.text !== undefined,
  )
  const positive = cases.filter(({ each }) => each.FailAt === undefined)
  const negative = cases.filter(({ each }) => each.FailAt !== undefined)
  const unsupported = positive.filter(({ each }) => listed(each.Input))
  const supported = positive.filter(({ each }) => !listed(each.Input))

  it.skipIf(!here)('accepts every positive case that is not listed as unsupported', () => {
    const refused = supported.flatMap(({ each, text }) => {
      const answer = analyseAnyMethod(model, asSent(text))
      return answer.ok ? [] : [`${each.Rule}: ${text} -> ${answer.code}: ${answer.problem}`]
    })
    console.log(
      `${name}: ${suite.TestCases.length} cases, ${cases.length} of requests; ${supported.length - refused.length} of ${supported.length} positive accepted`,
    )
    expect(refused).toEqual([])
  })

  it.skipIf(!here)('refuses every negative case', () => {
    const accepted = negative.filter(({ text }) => analyseAnyMethod(model, asSent(text)).ok)
    console.log(`${name}: ${negative.length - accepted.length} of ${negative.length} negative refused`)
    expect(accepted.map(({ text }) => text)).toEqual([])
  })

  it.skipIf(!here)('refuses what is listed as unsupported', () => {
    const accepted = unsupported.filter(({ text }) => analyseAnyMethod(model, asSent(text)).ok)
    console.log(`${name}: ${unsupported.length - accepted.length} of ${unsupported.length} listed refused`)
    expect(accepted.map(({ text }) => text)).toEqual([])
  })
})

function listed(input: string): boolean {
  return NOT_SUPPORTED.some((entry) => entry.matches.test(input))
}
