import type { AnalyseOptions, Analysis, ODataProblem, ODataRequest, ServiceRoots } from '#odata/analysis.ts'
import type { Model } from '#odata/model.ts'
import { analyseTarget } from './analyse-target.ts'

/** Analyses the requests for one service, and remembers what depends on nothing but their text. */
export type Analyser = {
  readonly analyse: (
    request: ODataRequest,
    openPageToken: AnalyseOptions['openPageToken'],
  ) => Analysis | ODataProblem
}

/** Longer addresses are rarely sent twice, and would fill the memory. */
const REMEMBERED_LENGTH = 2048
/** Of each of two generations. */
const REMEMBERED_REQUESTS = 2000

/**
 * Makes the analyser of one service. What it remembers is bounded: two generations of the exact texts that were asked for
 * last. A text that is asked for again moves to the younger one; when that is full, the older one is forgotten.
 */
export function createAnalyser(model: Model, { roots }: { readonly roots: ServiceRoots }): Analyser {
  const memory = createMemory()
  return {
    analyse: (request, openPageToken) => {
      // What a body says, and what an earlier request of a batch has made, is not in the text.
      const remembers = request.queryBody === undefined && request.references === undefined
      if (remembers) {
        const known = memory.get(request)
        if (known) return known
      }
      const analysis = analyseTarget(model, request, { roots, openPageToken })
      if (remembers && analysis.ok && analysis.memorable) memory.set(request, analysis)
      return analysis
    },
  }
}

type Generation = Map<string, Analysis>

function createMemory(): {
  readonly get: (request: ODataRequest) => Analysis | undefined
  readonly set: (request: ODataRequest, analysis: Analysis) => void
} {
  let young = new Map<string, Generation>()
  let old = new Map<string, Generation>()
  let size = 0
  const keep = (kind: string, text: string, analysis: Analysis): void => {
    if (size >= REMEMBERED_REQUESTS) {
      old = young
      young = new Map()
      size = 0
    }
    const generation = young.get(kind) ?? new Map<string, Analysis>()
    young.set(kind, generation)
    generation.set(text, analysis)
    size += 1
  }
  return {
    get: (request) => {
      const kind = kindOf(request)
      const known = young.get(kind)?.get(request.text)
      if (known) return known
      const older = old.get(kind)?.get(request.text)
      if (older) keep(kind, request.text, older)
      return older
    },
    set: (request, analysis) => {
      if (request.text.length <= REMEMBERED_LENGTH) keep(kindOf(request), request.text, analysis)
    },
  }
}

/** What an analysis depends on besides the text. */
function kindOf({ method, ifMatch }: ODataRequest): string {
  return ifMatch ? `${method} if-match` : method
}
