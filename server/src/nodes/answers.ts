import { unavailability } from '#credentials/unavailable.ts'
import { SourceError } from '#feed/change-source.ts'
import { type ProblemOptions, problem } from '#http/problems.ts'
import type { NodesContext, NodesDeps } from './deps.ts'

/** A problem under this request's id. */
export function refuse(
  c: NodesContext,
  {
    code,
    ...more
  }: Omit<ProblemOptions, 'requestId'> & { readonly headers?: Readonly<Record<string, string>> },
): Response {
  return problem({ code, ...more, requestId: c.get('requestId') })
}

/** Says to a gateway what went wrong. Faults of ours are logged, and their words stay here. */
export function refuseError(error: Error, c: NodesContext, { log }: Pick<NodesDeps, 'log'>): Response {
  if (error instanceof SourceError && error.code === 'superseded') {
    return refuse(c, { code: 'node_superseded', detail: 'A later start of the gateway has this id.' })
  }
  const away = unavailability(error instanceof SourceError ? error.cause : error)
  if (away || (error instanceof SourceError && error.code === 'unreachable')) {
    log.warn({ err: error, requestId: c.get('requestId') }, 'a gateway could not be answered')
    return refuse(c, {
      code: 'storage_unavailable',
      detail: away?.detail ?? 'The database cannot be reached.',
      headers: { 'retry-after': String(away?.retryAfterSeconds ?? 1) },
    })
  }
  log.error({ err: error, requestId: c.get('requestId') }, 'a request of a gateway broke')
  return refuse(c, { code: 'internal_error', detail: 'The request id finds the reason in the log.' })
}
