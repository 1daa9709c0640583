import type { FieldProblem, Refusal } from '#refusal.ts'

/** 401, 403, 404 and the rest are a message only; 400 says more. */
export function toEliteError({ status, message, fields }: Refusal): Response {
  return status === 400 ? badRequest(message, fields) : Response.json({ message }, { status })
}

export function badRequest(message: string, requestErrors: readonly FieldProblem[]): Response {
  const errorType = requestErrors.length > 0 ? 'ValidationError' : 'BadRequest'
  return Response.json({ message, errorType, requestErrors, referenceIds: [] }, { status: 400 })
}
