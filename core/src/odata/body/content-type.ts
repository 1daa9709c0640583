import { refuse } from '#odata/text/refusal.ts'

/** A media type (RFC 9110 8.3.1): type and parameter names in lower case, values unquoted. */
export type ContentType = { readonly type: string; readonly parameters: ReadonlyMap<string, string> }

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

/** Parameters that say how JSON of OData is written (JSON Format 3), with and without `odata.`. */
const JSON_PARAMETERS = new Set([
  'odata.metadata',
  'metadata',
  'odata.streaming',
  'streaming',
  'ieee754compatible',
  'exponentialdecimals',
])

/** Types of a stream's bytes. Whatever a service could read as an entity (JSON, XML, forms, multipart) is none. */
const STREAM_TYPES = new Set([
  'text/plain',
  'text/csv',
  'application/octet-stream',
  'application/pdf',
  'application/zip',
])

/** Reads a Content-Type. Undefined where it is none, or says a parameter twice. */
export function readContentType(text: string): ContentType | undefined {
  const [type = '', ...rest] = splitParameters(text)
  const [main = '', sub = '', more] = type.trim().split('/')
  if (more !== undefined || !TOKEN.test(main) || !TOKEN.test(sub)) return undefined
  const parameters = new Map<string, string>()
  for (const parameter of rest) {
    const equals = parameter.indexOf('=')
    const name = parameter.slice(0, equals).trim().toLowerCase()
    const value = unquote(parameter.slice(equals + 1).trim())
    if (equals < 0 || !TOKEN.test(name) || value === undefined || parameters.has(name)) return undefined
    parameters.set(name, value)
  }
  return { type: `${main}/${sub}`.toLowerCase(), parameters }
}

/** Refuses (415) what is not `application/json` in UTF-8 with parameters of OData. */
export function requireJson(text: string | undefined): void {
  if (text === undefined) refuseType('a body without a Content-Type; application/json was expected')
  const read = readContentType(text)
  if (read?.type !== 'application/json')
    refuseType('a body of this type is not read here; application/json is')
  for (const [name, value] of read.parameters) {
    if (name === 'charset' ? value.toLowerCase() !== 'utf-8' : !JSON_PARAMETERS.has(name)) {
      refuseType(`application/json with the parameter "${name}" of this value is not read`)
    }
  }
}

/** Whether this is the type of a stream that no service reads as an entity. */
export function isStreamType(text: string | undefined): boolean {
  const type = text === undefined ? undefined : readContentType(text)?.type
  return type !== undefined && (/^(?:image|audio|video|font)\//.test(type) || STREAM_TYPES.has(type))
}

function refuseType(problem: string): never {
  refuse({ code: 'odata_body_type', problem, in: 'header', at: [0, 0] })
}

/** At every `;` that is not in quotes. */
function splitParameters(text: string): readonly string[] {
  const parts: string[] = []
  let start = 0
  let quoted = false
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]
    if (quoted && character === '\\') at += 1
    else if (character === '"') quoted = !quoted
    else if (character === ';' && !quoted) {
      parts.push(text.slice(start, at))
      start = at + 1
    }
  }
  return [...parts, text.slice(start)]
}

function unquote(text: string): string | undefined {
  if (!text.startsWith('"')) return TOKEN.test(text) ? text : undefined
  // Backslashes in quotes are legal and never needed here; two readers may disagree about them.
  const inside = text.slice(1, -1)
  return text.length >= 2 && text.endsWith('"') && /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/.test(inside)
    ? inside
    : undefined
}
