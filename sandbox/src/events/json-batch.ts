import { isRow, type Json } from '#row.ts'
import { type Answer, execute, type Surroundings } from './execute.ts'
import { relativeId } from './path.ts'

/** Runs `{"requests": [...]}`. Of members given twice the last one counts, as everywhere where `JSON.parse` reads. */
export function runJsonBatch(surroundings: Surroundings, text: string): Answer {
  const envelope = parse(text)
  const requests = isRow(envelope) && Array.isArray(envelope['requests']) ? envelope['requests'] : undefined
  if (requests === undefined)
    return { status: 400, headers: {}, body: { error: { code: '400', message: 'requests is missing.' } } }
  const references = new Map(surroundings.references)
  const responses = (requests as readonly Json[]).map((request) => {
    const { id = null, method, url, headers, body } = isRow(request) ? request : {}
    const given = isRow(headers)
      ? Object.entries(headers).map(([n, v]): [string, string] => [n, String(v)])
      : []
    const readable = given.filter(([n, v]) => /^[\w-]+$/.test(n) && /^[\x20-\x7e]*$/.test(v))
    const answer = execute(
      { ...surroundings, references },
      {
        method: String(method ?? 'GET').toUpperCase(),
        target: relativeId(String(url ?? '')),
        headers: new Headers(readable),
        body: new TextEncoder().encode(bodyText(body)),
      },
    )
    if (answer.value !== undefined) references.set(String(id), answer.value)
    const type: Record<string, string> = answer.raw ? {} : { 'content-type': 'application/json' }
    const sent = answer.body === undefined ? {} : { body: answer.raw ? String(answer.body) : answer.body }
    return { id, status: answer.status, headers: { ...type, ...answer.headers }, ...sent }
  })
  return { status: 200, headers: {}, body: { responses: responses as unknown as Json } }
}

function parse(text: string): Json {
  try {
    const value: Json = JSON.parse(text)
    return value
  } catch {
    return null
  }
}

function bodyText(body: Json | undefined): string {
  if (body === undefined) return ''
  return typeof body === 'string' ? body : JSON.stringify(body)
}
