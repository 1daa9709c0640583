import { ApiError } from '#api/api-error.ts'

/** Which of the ids that were sent the server does not know, from the pointers of its answer: `/endpoints/3`. */
export function refusedIds(error: unknown, sent: readonly string[]): readonly string[] {
  if (!(error instanceof ApiError) || error.code !== 'endpoint_not_in_tenant') return []
  return error.errors.flatMap(({ field }) => {
    const [, at] = /^\/endpoints\/(\d+)$/.exec(field) ?? []
    return at === undefined ? [] : (sent[Number(at)] ?? [])
  })
}
