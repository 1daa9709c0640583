import { ApiError } from '#api/api-error.ts'

/** Refusals that are about one field, though they do not name it. */
const FIELD_OF: Readonly<Record<string, string>> = { title_taken: 'title', operator_exists: 'email' }

/** What the server says of each field, by name: `/title` becomes `title`. */
export function fieldErrors(error: unknown): Readonly<Record<string, string>> {
  if (!(error instanceof ApiError)) return {}
  const field = FIELD_OF[error.code]
  if (field !== undefined) return { [field]: `${error.title}.` }
  return Object.fromEntries(error.errors.map(({ field, message }) => [field.replace(/^\//, ''), message]))
}
