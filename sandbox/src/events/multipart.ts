import { type Answer, type Asked, execute, type Surroundings } from './execute.ts'
import { relativeId } from './path.ts'

/** A request found in a multipart text, and the lines around it that matter. */
type Found = {
  readonly method: string
  readonly url: string
  readonly headers: Headers
  readonly body: string
  readonly contentId: string | undefined
  /** The boundary of its change set, if it stands in one. */
  readonly changeSet: string | undefined
}

const REQUEST_LINE = /^(GET|POST|PUT|PATCH|DELETE|MERGE|HEAD) +(\S.*?)(?: +HTTP\/[\d.]+)?\s*$/i

/**
 * Reads like SAP CAP: whatever looks like a request line begins a request, be it before the first boundary, behind the
 * last one, a second one in the same part, or below a boundary that nobody has announced.
 */
export function runMultipart(surroundings: Surroundings, text: string): Answer {
  const references = new Map(surroundings.references)
  const answers = findRequests(text).map((found) => {
    const asked: Asked = {
      method: found.method,
      target: relativeId(found.url),
      headers: found.headers,
      body: new TextEncoder().encode(found.body),
    }
    const answer = execute({ ...surroundings, references }, asked)
    if (found.contentId !== undefined && answer.value !== undefined)
      references.set(found.contentId, answer.value)
    return { found, answer }
  })
  return {
    status: 200,
    headers: { 'Content-Type': 'multipart/mixed; boundary=answers' },
    body: write(answers),
    raw: true,
  }
}

type State = { contentId: string | undefined; readonly changeSets: string[]; readonly found: Found[] }

function findRequests(text: string): readonly Found[] {
  const lines = text.split(/\r?\n/)
  const state: State = { contentId: undefined, changeSets: [], found: [] }
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? ''
    const [, method, url] = REQUEST_LINE.exec(line) ?? []
    if (method === undefined || url === undefined) readAround(state, line)
    else at = readRequest(state, lines, { at, method: method.toUpperCase(), url })
  }
  return state.found
}

/** Boundaries and heads of parts. */
function readAround(state: State, line: string): void {
  const boundary = /^content-type: *multipart\/mixed *; *boundary="?([^";]+)/i.exec(line)?.[1]
  if (boundary !== undefined) state.changeSets.push(boundary.trim())
  const id = /^content-id: *(.+?)\s*$/i.exec(line)?.[1]
  if (id !== undefined) state.contentId = id
  const innermost = state.changeSets.at(-1)
  if (innermost !== undefined && line.startsWith(`--${innermost}--`)) state.changeSets.pop()
}

type Start = { readonly at: number; readonly method: string; readonly url: string }

/** Gives the number of the last line that belongs to the request. */
function readRequest(state: State, lines: readonly string[], { at, method, url }: Start): number {
  const headers = new Headers()
  let line = at + 1
  for (; line < lines.length && lines[line]?.trim() !== ''; line++) {
    const [, name, value] = /^([\w-]+): *([\x20-\x7e]*?)\s*$/.exec(lines[line] ?? '') ?? []
    if (name === undefined || value === undefined) break
    headers.append(name, value)
  }
  const body: string[] = []
  for (; line < lines.length; line++) {
    const one = lines[line] ?? ''
    if (one.startsWith('--') || REQUEST_LINE.test(one)) break
    body.push(one)
  }
  const contentId = headers.get('content-id') ?? state.contentId
  state.contentId = undefined
  const changeSet = state.changeSets.at(-1)
  state.found.push({ method, url, headers, body: body.join('\n').trim(), contentId, changeSet })
  return line - 1
}

type Answered = { readonly found: Found; readonly answer: Answer }

function write(answers: readonly Answered[]): string {
  const parts: string[] = []
  let open: string | undefined
  for (const one of answers) {
    const { changeSet } = one.found
    if (open !== undefined && changeSet !== open) parts.push(`--${open}--`)
    if (changeSet !== undefined && changeSet !== open)
      parts.push('--answers', `Content-Type: multipart/mixed; boundary=${changeSet}`, '')
    open = changeSet
    parts.push(`--${changeSet ?? 'answers'}`, ...part(one))
  }
  if (open !== undefined) parts.push(`--${open}--`)
  return [...parts, '--answers--', ''].join('\r\n')
}

function part({ found, answer }: Answered): readonly string[] {
  const body = answer.body === undefined ? '' : answer.raw ? String(answer.body) : JSON.stringify(answer.body)
  return [
    'Content-Type: application/http',
    'Content-Transfer-Encoding: binary',
    ...(found.contentId === undefined ? [] : [`Content-ID: ${found.contentId}`]),
    '',
    `HTTP/1.1 ${answer.status} ${answer.status < 400 ? 'OK' : 'Error'}`,
    ...Object.entries({ 'Content-Type': 'application/json', ...answer.headers }).map(
      ([n, v]) => `${n}: ${v}`,
    ),
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ]
}
