import type { z } from '@hono/zod-openapi'
import type { FieldError } from '#credentials/use-case.ts'
import { refuse } from './answers.ts'
import type { AdminContext } from './deps.ts'

const ERRORS_MAX = 100
const FIELD_LENGTH_MAX = 200

type Checked = { readonly target: string } & (
  | { readonly success: true }
  | { readonly success: false; readonly error: z.core.$ZodError }
)

/** Answers what the schemas refuse: every field by name, the first hundred. */
export function refuseInvalid(checked: Checked, c: AdminContext): Response | undefined {
  if (checked.success) return undefined
  const inBody = checked.target === 'json'
  const errors = checked.error.issues.flatMap((issue) => toErrors(issue, inBody))
  return refuse(c, {
    code: 'validation_failed',
    ...(errors.length > ERRORS_MAX && {
      detail: `${errors.length} fields are not accepted. These are the first.`,
    }),
    extra: { errors: errors.slice(0, ERRORS_MAX) },
  })
}

function toErrors(issue: z.core.$ZodIssue, inBody: boolean): readonly FieldError[] {
  if (issue.code !== 'unrecognized_keys')
    return [{ field: toField(issue.path, inBody), message: issue.message }]
  const message = inBody ? 'This field is unknown, or cannot be set here.' : 'This parameter is unknown.'
  return issue.keys.map((key) => ({ field: toField([...issue.path, key], inBody), message }))
}

/** A JSON pointer (RFC 6901) into the body, or the name of a parameter. */
function toField(path: readonly PropertyKey[], inBody: boolean): string {
  const parts = path.map(String)
  const field = inBody
    ? parts.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
    : parts.join('/')
  return field.slice(0, FIELD_LENGTH_MAX)
}

/** Refuses one query parameter. */
export function refuseParameter(c: AdminContext, field: string, message: string): Response {
  return refuse(c, { code: 'validation_failed', extra: { errors: [{ field, message }] } })
}
