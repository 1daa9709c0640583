/** One field of a body that was not right. */
export type FieldProblem = { readonly field: string; readonly message: string }

/**
 * Ends a call with a status and a reason. Each API writes it in its own error shape, so that the parts
 * they share need not know whom they serve.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: 400 | 401 | 403 | 404 | 405 | 409
  readonly fields: readonly FieldProblem[]

  constructor(status: Refusal['status'], message: string, fields: readonly FieldProblem[] = []) {
    super(message)
    this.status = status
    this.fields = fields
  }
}
