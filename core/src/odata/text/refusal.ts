import type { ODataProblem } from '#odata/analysis.ts'

/**
 * Carries a problem out of the depths of a parser. Every parser of a request throws it; the analysis catches it once,
 * by `attempt`, and nothing outside ever sees it.
 */
export class Refusal extends Error {
  readonly problem: ODataProblem
  constructor(problem: ODataProblem) {
    super(problem.problem)
    this.name = 'Refusal'
    this.problem = problem
  }
}

/** Ends the reading of this request. */
export function refuse(problem: Omit<ODataProblem, 'ok'>): never {
  throw new Refusal({ ok: false, ...problem })
}

/** What `read` returns, or the problem that it was refused for. Faults pass through. */
export function attempt<T>(read: () => T): { readonly ok: true; readonly value: T } | ODataProblem {
  try {
    return { ok: true, value: read() }
  } catch (error) {
    if (error instanceof Refusal) return error.problem
    throw error
  }
}
