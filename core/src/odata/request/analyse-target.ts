import type { AnalyseOptions, Analysis, ODataProblem, ODataRequest } from '#odata/analysis.ts'
import { createContext } from '#odata/expression/context.ts'
import type { Model } from '#odata/model.ts'
import { attempt } from '#odata/text/refusal.ts'
import type { SourceText } from '#odata/text/source-text.ts'
import { createRecorder } from '#odata/touches.ts'
import { addressedEntity } from './addressed-entity.ts'
import { allowedOptions } from './allowed-options.ts'
import { touchAlong } from './auto-expand.ts'
import { decodeSegments } from './decode-segments.ts'
import { type Effect, effectOf } from './effect.ts'
import { decidingMethod, methodsOf } from './methods.ts'
import { dialectOption } from './momentus-dialect.ts'
import { type Followed, followPath } from './path.ts'
import { firstStep } from './path-root.ts'
import { refuseMethod } from './problem.ts'
import { readOptionValues } from './query.ts'
import { type RequestOptions, readOptions } from './request-options.ts'
import { splitRequest } from './split-request.ts'
import { analyseSystemResource, systemResource } from './system-resource.ts'
import { segmentCause, type Walk } from './walk.ts'
import { writeQueryText, writeTarget } from './write-target.ts'

const METHODS = ['DELETE', 'GET', 'HEAD', 'PATCH', 'POST', 'PUT']

/**
 * Finds out what a request for an OData service really asks for: which endpoints it touches, and by which words. Everything
 * in it is understood and written anew in one canonical form, or the request is refused.
 */
export function analyseTarget(
  model: Model,
  request: ODataRequest,
  options: AnalyseOptions,
): Analysis | ODataProblem {
  const answer = attempt(() => analyse(model, request, options))
  return answer.ok ? answer.value : answer
}

function analyse(model: Model, request: ODataRequest, options: AnalyseOptions): Analysis {
  const split = splitRequest(request.text)
  const decoded = decodeSegments(split.segments)
  const last = decoded.at(-1)
  if (!METHODS.includes(request.method)) refuseMethod(request.method, METHODS, { in: 'path', at: [0, 0] })
  // `/$query` asks the resource before it, with options that stand in the body.
  const query = decoded.length > 1 && last?.text === '$query' ? last : undefined
  const given = readOptions(split.options, query ? (request.queryBody ?? '') : undefined)
  const kind = systemResource(decoded)
  if (kind) return analyseSystemResource(kind, request, given)
  const recorder = createRecorder()
  const context = createContext({ model, recorder, aliases: given.aliases })
  const linking = last?.text === '$ref' && decidingMethod(request.method) !== 'GET'
  const segments = query ? decoded.slice(0, -1) : decoded
  const walk = { context, segments, roots: options.roots, linking }
  if (query && request.method !== 'POST') refuseMethod(request.method, ['POST'], segmentCause(query))
  return analyseResource(walk, { request, options, given, query })
}

type Asked = {
  readonly request: ODataRequest
  readonly options: AnalyseOptions
  readonly given: RequestOptions
  readonly query: SourceText | undefined
}

function analyseResource(walk: Walk, asked: Asked): Analysis {
  const { request, options, given, query } = asked
  const { recorder } = walk.context
  const method = query ? 'GET' : decidingMethod(request.method)
  const addressed = addressedEntity(walk, given)
  const { place, written }: Followed = addressed ?? followPath(walk, firstStep(walk, request.references))
  const end = walk.segments.at(-1)
  const cause = end ? segmentCause(end) : { in: 'path', text: '', at: [0, 0] as const }
  const methods = addressed ? ['GET'] : methodsOf(place)
  if (!methods.includes(method)) refuseMethod(request.method, query ? ['POST'] : methods, cause)
  const effect = effectOf(place, method, request.ifMatch)
  for (const endpoint of effect.endpoints) recorder.touch(endpoint, cause)
  if (effect.unknown) recorder.unknownReach(cause)
  const { result } = effect
  if (result.position && result.kind !== 'reference') touchAlong(walk.context, result.position, cause)
  const allowed = addressed?.allowed ?? allowedOptions(place, method)
  const values = readOptionValues(walk, given, {
    place,
    allowed,
    openPageToken: options.openPageToken,
    addressed,
  })
  return {
    ...recorder.found(),
    ok: true,
    kind: 'resource',
    method: request.method,
    ...writeRequest({ asked, written, options: values.written, effect }),
    result,
    memorable: values.memorable,
  }
}

type Written = {
  readonly asked: Asked
  readonly written: readonly string[]
  readonly options: readonly string[]
  readonly effect: Effect
}

/** The canonical request: options stand in the address, but those of `/$query` in its body. */
function writeRequest({ asked, written, options, effect }: Written): Pick<Analysis, 'target' | 'body'> {
  if (asked.query) {
    const text = options.map(writeQueryText).join('&')
    return { target: writeTarget([...written, '$query'], []), body: { kind: 'query', text } }
  }
  const inQuery = asked.given.dialect && options.length > 0 ? [dialectOption(options)] : options
  return { target: writeTarget(written, inQuery), body: effect.body }
}
