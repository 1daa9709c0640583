import type { AnalyseOptions, Analysis, ODataProblem, ODataRequest } from '#odata/analysis.ts'
import { readModel } from '#odata/csdl/read-model.ts'
import type { Model } from '#odata/model.ts'
import { analyseTarget } from '#odata/request/analyse-target.ts'
import { worldCsdl } from './world-csdl.ts'

/** The model of the small service. */
export function worldModel(): Model {
  return readModel(worldCsdl())
}

const OPTIONS: AnalyseOptions = {
  roots: { origins: ['http://host'], mount: '/service' },
  openPageToken: () => undefined,
}

/** Analyses a request to the service at `http://host/service`. */
export function analyse(
  model: Model,
  method: string,
  text: string,
  more: Partial<Pick<ODataRequest, 'ifMatch' | 'queryBody'>> = {},
): Analysis | ODataProblem {
  return analyseTarget(model, { method, text, ifMatch: false, ...more }, OPTIONS)
}

const METHODS = ['GET', 'POST', 'PATCH', 'DELETE', 'PUT'] as const

/** The analysis for whatever method the address takes, or the most telling problem: not that of the method. */
export function analyseAnyMethod(model: Model, text: string): Analysis | ODataProblem {
  const path = text.split('?')[0] ?? ''
  // Aliases of the path have their values in the body.
  const [, alias] = /=(@\w+)\)/.exec(path) ?? []
  const body = path.endsWith('/$query') ? { queryBody: alias ? `${alias}='x'` : '' } : {}
  const answers = METHODS.map((method) => analyse(model, method, text, method === 'POST' ? body : {}))
  const [first] = answers
  if (!first) throw new Error('No method')
  return (
    answers.find((answer) => answer.ok) ??
    answers.find((answer) => !answer.ok && answer.code !== 'odata_method') ??
    first
  )
}

/** Keys of the endpoints that are touched, sorted. */
export function touched(analysis: Analysis): readonly string[] {
  return analysis.touches.map((each) => each.endpoint).toSorted()
}
