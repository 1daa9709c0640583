/** One answer as it stood on the wire. */
export type WireAnswer = {
  /** 0: the connection ended before an answer began. */
  readonly status: number
  /** Names in lower case and values, as they came. */
  readonly fields: readonly (readonly [name: string, value: string])[]
  readonly body: string
  readonly trailers: readonly (readonly [name: string, value: string])[]
  /** Status codes of 1xx answers before it. */
  readonly interim: readonly number[]
  /** The connection ended inside of it. */
  readonly isCut: boolean
}

const NO_ANSWER: WireAnswer = {
  status: 0,
  fields: [],
  body: '',
  trailers: [],
  interim: [],
  isCut: false,
}

type Fields = WireAnswer['fields']
type Read = { readonly answer: WireAnswer; readonly end: number }

const STATUS_LINE = /^HTTP\/1\.1 ([1-9]\d\d) [\t\x20-\x7e\x80-\xff]*$/
const FIELD_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\0-\x08\x0a-\x1f\x7f]*?)[ \t]*$/

/**
 * Reads one answer to a request of this method, to the letter of RFC 9112. Throws where the bytes are none.
 * @returns undefined while there are too few bytes and more can come
 */
export function readAnswer(text: string, method: string, isOver: boolean): Read | undefined {
  const interim: number[] = []
  for (let from = 0; ; ) {
    const end = text.indexOf('\r\n\r\n', from)
    if (end < 0) return isOver ? broken(text, interim) : undefined
    const head = readHead(text.slice(from, end))
    from = end + 4
    if (head.status < 200) {
      if (head.fields.some(([name]) => name === 'content-length' || name === 'transfer-encoding'))
        throw new Error(`an interim answer with a body: ${text}`)
      interim.push(head.status)
      continue
    }
    return readBody(text, { from, method, isOver, head: { ...head, interim } })
  }
}

function broken(text: string, interim: readonly number[]): Read {
  if (text !== '' && !'HTTP/1.1 '.startsWith(text.slice(0, 9))) throw new Error(`no HTTP answer: ${text}`)
  return { answer: { ...NO_ANSWER, interim, isCut: text !== '' }, end: text.length }
}

function readHead(text: string): { readonly status: number; readonly fields: Fields } {
  const [line = '', ...lines] = text.split('\r\n')
  const status = STATUS_LINE.exec(line)?.[1]
  if (status === undefined) throw new Error(`no status line of HTTP/1.1: ${JSON.stringify(text)}`)
  return { status: Number(status), fields: lines.map(readField) }
}

function readField(line: string): readonly [string, string] {
  const [, name, value] = FIELD_LINE.exec(line) ?? []
  if (name === undefined || value === undefined) throw new Error(`no field line: ${JSON.stringify(line)}`)
  return [name.toLowerCase(), value]
}

type Place = {
  readonly from: number
  readonly method: string
  readonly isOver: boolean
  readonly head: Pick<WireAnswer, 'status' | 'fields' | 'interim'>
}

function readBody(text: string, { from, method, isOver, head }: Place): Read | undefined {
  const give = (body: string, end: number, trailers: Fields = []): Read => ({
    answer: { ...head, body, trailers, isCut: false },
    end,
  })
  const cut = (): Read | undefined =>
    isOver
      ? { answer: { ...head, body: text.slice(from), trailers: [], isCut: true }, end: text.length }
      : undefined
  const [length, ...lengths] = valuesOf(head.fields, 'content-length')
  const [coding, ...codings] = valuesOf(head.fields, 'transfer-encoding')
  if (lengths.length + codings.length > 0 || (length !== undefined && coding !== undefined))
    throw new Error(`framed twice: ${text.slice(0, from)}`)
  if (method === 'HEAD' || head.status === 204 || head.status === 304) return give('', from)
  if (coding !== undefined) {
    if (coding !== 'chunked') throw new Error(`transfer-encoding: ${coding}`)
    const read = readChunks(text, from)
    return read === undefined ? cut() : give(read.body, read.end, read.trailers)
  }
  if (length === undefined) return isOver ? give(text.slice(from), text.length) : undefined
  if (!/^\d+$/.test(length)) throw new Error(`content-length: ${length}`)
  const end = from + Number(length)
  return text.length < end ? cut() : give(text.slice(from, end), end)
}

/** Throws where the bytes are no chunks; undefined where there are too few of them. */
export function readChunks(
  text: string,
  start: number,
): { readonly body: string; readonly end: number; readonly trailers: Fields } | undefined {
  let body = ''
  for (let from = start; ; ) {
    const line = text.indexOf('\r\n', from)
    if (line < 0) return undefined
    const size = text.slice(from, line)
    if (!/^[0-9A-Fa-f]{1,13}$/.test(size)) throw new Error(`no chunk size: ${JSON.stringify(size)}`)
    const length = Number.parseInt(size, 16)
    const end = line + 2 + length
    if (length === 0) return readTrailers(text, line + 2, body)
    if (text.length < end + 2) return undefined
    if (text.slice(end, end + 2) !== '\r\n') throw new Error('no CRLF after a chunk')
    body += text.slice(line + 2, end)
    from = end + 2
  }
}

function readTrailers(
  text: string,
  start: number,
  body: string,
): { readonly body: string; readonly end: number; readonly trailers: Fields } | undefined {
  const trailers: (readonly [string, string])[] = []
  for (let from = start; ; ) {
    const line = text.indexOf('\r\n', from)
    if (line < 0) return undefined
    if (line === from) return { body, end: line + 2, trailers }
    trailers.push(readField(text.slice(from, line)))
    from = line + 2
  }
}

/** All values of a field, in order. */
export function valuesOf(fields: Fields, name: string): readonly string[] {
  return fields.filter(([other]) => other === name).map(([, value]) => value)
}
