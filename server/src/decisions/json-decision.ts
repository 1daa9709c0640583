import type { IncomingMessage } from 'node:http'
import { z } from 'zod'
import { problemAnswer, type RefusalAnswer } from '#gateway/refusal-answer.ts'
import type { WireRequest } from '#gateway/wire/head.ts'
import { jsonErrorPlace } from '#http/json-place.ts'
import type { ProblemCode } from '#http/problems.ts'
import { type Answer, openAnswer } from './answer.ts'
import { withoutBody } from './asked-call.ts'
import type { DecisionDeps } from './deps.ts'
import { ruleAndCount } from './rule.ts'
import type { Ruling } from './ruling.ts'

/** A call, as a program that enforces decisions itself describes it. */
const askedSchema = z.strictObject({
  method: z.string(),
  /** As it stood in the request line. */
  target: z.string(),
  token: z.string().optional(),
  /** Others of the call: those that a service reads may change what it reaches. */
  headers: z.record(z.string(), z.string()).default({}),
})

const BODY_BYTES_MAX = 64 * 1024
const JSON_TYPE = /^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i

/** Answers `POST /v1/decisions`: 200 with the decision, whatever it is. */
export async function answerDecision(
  deps: DecisionDeps,
  request: IncomingMessage,
  requestId: string,
): Promise<Answer> {
  const refuse = (code: ProblemCode, detail: string): Answer =>
    openAnswer(problemAnswer(code, { requestId, detail }))
  if (request.method !== 'POST') {
    const refused = refuse('method_not_allowed', 'Send POST.')
    return { ...refused, headers: { ...refused.headers, allow: 'POST' } }
  }
  if (!JSON_TYPE.test(request.headers['content-type'] ?? ''))
    return refuse('unsupported_media_type', 'Send application/json.')
  const text = await readText(request)
  if (text === undefined) return refuse('body_too_large', `At most ${BODY_BYTES_MAX} bytes.`)
  const place = jsonErrorPlace(text)
  if (place !== undefined) return refuse('json_malformed', `It stops being JSON at ${place}.`)
  const parsed = askedSchema.safeParse(JSON.parse(text))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    return refuse('validation_failed', `${issue?.path.map(String).join('.') || 'body'}: ${issue?.message}`)
  }
  const ruling = ruleAndCount(deps, toCall(parsed.data), requestId)
  return { status: 200, headers: HEADERS, body: toJson(ruling, requestId) }
}

const HEADERS = { 'content-type': 'application/json', 'cache-control': 'no-store' } as const

/** A token stands in one place alone, so that none is looked at that nobody meant. */
function toCall({ method, target, token, headers }: z.infer<typeof askedSchema>): WireRequest {
  const fields = Object.entries(headers).flatMap(([name, value]) => [name.toLowerCase(), value])
  if (token !== undefined) fields.push('apitoken', token)
  return withoutBody(method, target, fields)
}

function toJson(ruling: Ruling, requestId: string): object {
  const { decision } = ruling
  const who = {
    tenant: decision?.tenantId ?? null,
    credential: decision?.credentialId ?? null,
    token: decision?.tokenId ?? null,
  }
  if (ruling.outcome === 'allow') {
    const endpoints = ruling.decision.endpoints.map(({ id }) => id)
    const { upstream, target } = ruling
    return { outcome: 'allow', requestId, ...who, endpoints, upstream, target }
  }
  const { status, headers, body } = ruling.answer
  return {
    outcome: 'deny',
    requestId,
    ...who,
    status,
    headers: challengeOf({ status, headers, body }),
    problem: body,
  }
}

/** What a caller is to be told besides the problem. */
function challengeOf({ headers }: RefusalAnswer): Readonly<Record<string, string>> {
  const told = ['www-authenticate', 'retry-after', 'allow'].flatMap((name) => {
    const value = headers[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return Object.fromEntries(told)
}

async function readText(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    length += chunk.length
    if (length > BODY_BYTES_MAX) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
