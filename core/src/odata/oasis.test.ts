import { describe, expect, it } from 'vitest'
import { asSent, requestOfCase } from './testing/case-requests.ts'
import { modelOfConstraints } from './testing/constraints-model.ts'
import { NOT_SUPPORTED, type NotSupported, OTHERWISE } from './testing/not-supported.ts'
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
  const negative = cases.filter(({ each }) => each.FailAt !== undefined && !listed(each.Input, OTHERWISE))
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

describe.skipIf(!SUITES.every((name) => hasSharedData(OASIS_FILES[name])))(
  'The list of what is not supported',
  () => {
    it('has no entry that no case needs', () => {
      const inputs = SUITES.flatMap((name) => readOasisSuite(name).TestCases.map(({ Input }) => Input))
      const idle = [...NOT_SUPPORTED, ...OTHERWISE].filter(
        ({ matches }) => !inputs.some((input) => matches.test(input)),
      )
      expect(idle).toEqual([])
    })
  },
)

function listed(input: string, list: readonly NotSupported[] = NOT_SUPPORTED): boolean {
  return list.some((entry) => entry.matches.test(input))
}
