import { z } from '@hono/zod-openapi'

export const tenantParams = z.object({ tenantId: z.string().openapi({ example: 'tnt_harbour' }) })
export const credentialParams = tenantParams.extend({
  credentialId: z.string().openapi({ example: 'cred_5f0c8a1b2c3d4e5f6a7b8c9d' }),
})

export const operatorParams = tenantParams.extend({
  operatorId: z.string().openapi({ example: 'opr_5f0c8a1b2c3d4e5f6a7b8c9d' }),
})

export function jsonRequest<Schema extends z.ZodType>(schema: Schema) {
  return { required: true, content: { 'application/json': { schema } } } as const
}

export function optionalJsonRequest<Schema extends z.ZodType>(schema: Schema) {
  return { required: false, content: { 'application/json': { schema } } } as const
}

export function jsonAnswer<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { description, content: { 'application/json': { schema } } } as const
}

/** The parameter `search`. A database may end a text at NUL, and so find more than was asked for. */
export function searchParameter(description: string) {
  return z
    .string()
    .max(200)
    .refine((text) => !/\p{Cc}/u.test(text), 'No control characters.')
    .default('')
    .openapi({ description })
}

export function listOf<Schema extends z.ZodType>(schema: Schema) {
  return z.object({
    items: z.array(schema),
    nextCursor: z
      .string()
      .nullable()
      .openapi({ description: 'Send it as `cursor` for the next page; null on the last.' }),
  })
}

type Reference = { readonly $ref: string }

function reference(status: number): Reference {
  return { $ref: `#/components/responses/Problem${status}` }
}

type ProblemStatus = keyof typeof PROBLEM_ANSWERS

/** The problems that a route may answer, by reference to the document's one description of each. */
export function problemAnswers(...statuses: readonly ProblemStatus[]): {
  readonly 401: Reference
  readonly 500: Reference
} {
  return { ...publicProblemAnswers(...statuses), 401: reference(401) }
}

/** The same for a route that needs nobody signed in. */
export function publicProblemAnswers(...statuses: readonly ProblemStatus[]): { readonly 500: Reference } {
  const others = Object.fromEntries(statuses.map((status) => [status, reference(status)]))
  return { ...others, 500: reference(500) }
}

export const PROBLEM_ANSWERS = {
  400: 'The body is no JSON, or a header cannot be read',
  401: 'Nobody is signed in, and there is no valid management token',
  403: 'The role does not allow it, or the request does not come from the console',
  404: 'There is no such thing, or it is not yours',
  409: 'It does not fit what is there: `code` says why',
  412: 'The credential has changed since it was read',
  413: 'The body is larger than 1 MiB',
  415: 'The body is not application/json',
  422: 'Something in the request is not accepted; `errors` names each field',
  428: 'If-Match is missing',
  500: 'Something broke',
  503: 'Too much to do; Retry-After says when to come back',
} as const

export const requiredIfMatch = {
  name: 'If-Match',
  in: 'header',
  required: true,
  schema: { type: 'string' },
  description: 'The ETag of the credential as it was read, or * for whatever it is now.',
  example: '"3"',
} as const

export const optionalIfMatch = { ...requiredIfMatch, required: false } as const

export const idempotencyKeyParameter = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  schema: { type: 'string', minLength: 1, maxLength: 255 },
  description:
    'Your own name for this request, in printable ASCII. The same key and body within 24 hours answer the same credential, with secrets null: they are never stored.',
} as const

const ETAG = {
  description: 'The version of the credential, for If-Match.',
  schema: { type: 'string' },
} as const

export function withEtag<Answer extends object>(answer: Answer) {
  return { ...answer, headers: { ETag: ETAG } } as const
}
