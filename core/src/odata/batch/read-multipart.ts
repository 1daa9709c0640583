import { readContentType } from '#odata/body/content-type.ts'
import { addRequest } from './analyse-part.ts'
import type { BatchRequest, BatchWalk } from './batch.ts'
import { type HeaderBlock, type Headers, readHeaders } from './headers.ts'
import { lineAt, lineBreakOf, lineText, type Range, refuseBytes, skipBlankLines } from './lines.ts'
import { isBoundary, type Multipart, partsOf } from './multipart.ts'

/** Headers that may describe a part; the others belong to the request in it. */
const PART_HEADERS = new Set(['content-type', 'content-transfer-encoding', 'content-id', 'content-length'])

/** Reads the requests of a multipart batch (odata.md row 66), each understood before the next one is looked at. */
export function readMultipartBatch(walk: BatchWalk, bytes: Uint8Array, boundary: string): void {
  const whole = { bytes, boundary, kind: lineBreakOf(bytes), start: 0, end: bytes.length }
  let changeSets = 0
  for (const range of partsOf(whole)) {
    const described = describe(whole, range)
    const type = readContentType(described.headers.get('content-type') ?? '')
    if (type?.type !== 'multipart/mixed') {
      addRequest(walk, () => readRequest(whole, { range, ...described }, undefined))
      continue
    }
    changeSets += 1
    const changeSet = {
      ...whole,
      boundary: boundaryOf(type.parameters, range),
      start: described.next,
      end: range.end,
    }
    for (const inner of partsOf(changeSet)) {
      addRequest(walk, () => {
        const part = { range: inner, ...describe(whole, inner) }
        return readRequest(whole, part, `changeset_${changeSets}`)
      })
    }
  }
}

/** The boundary of a multipart type. */
export function boundaryOf(parameters: ReadonlyMap<string, string>, where: Range): string {
  const boundary = parameters.get('boundary') ?? ''
  if (!isBoundary(boundary)) refuseBytes('a multipart type without a boundary', where.start, where.end)
  return boundary
}

/** The headers of a part. */
export function describe({ bytes, kind }: Multipart, range: Range): HeaderBlock {
  const block = readHeaders(bytes, range, kind)
  for (const name of block.headers.keys()) {
    if (!PART_HEADERS.has(name)) refuseBytes(`a part with the header "${name}"`, range.start, range.end)
  }
  const encoding = block.headers.get('content-transfer-encoding') ?? 'binary'
  if (encoding.toLowerCase() !== 'binary') {
    refuseBytes('a Content-Transfer-Encoding that is not binary', range.start, range.end)
  }
  return block
}

type Part = HeaderBlock & { readonly range: Range }

/** The HTTP request in a part: request line, headers, body. Blank lines before the first and around the last are none. */
function readRequest({ bytes, kind }: Multipart, part: Part, group: string | undefined): BatchRequest {
  const { range } = part
  checkType(part)
  const start = skipBlankLines(bytes, part.next, kind, range.end)
  const line = lineAt(bytes, start, kind, range.end)
  const [, method = '', address = ''] =
    /^([A-Z]{1,20}) (\S+)(?: HTTP\/1\.1)?$/.exec(lineText(bytes, line)) ?? []
  if (method === '')
    refuseBytes('a request line was expected: method, address, HTTP/1.1', line.start, line.end)
  const { headers, next } = readHeaders(bytes, { start: line.next, end: range.end }, kind)
  const body = trimBlanks(bytes, { start: next, end: range.end })
  return { id: idOf(part.headers, headers, line), group, method, address, headers, body }
}

function checkType({ headers, range }: Part): void {
  const type = readContentType(headers.get('content-type') ?? '')
  const known = [...(type?.parameters ?? [])].every(
    ([name, value]) => name === 'msgtype' && value === 'request',
  )
  if (type?.type !== 'application/http' || !known) {
    refuseBytes('a part that is neither application/http nor a change set', range.start, range.end)
  }
}

/** Content-ID belongs to the part; some clients send it with the request. */
function idOf(part: Headers, request: Headers, where: Range): string | undefined {
  const [one, other] = [part.get('content-id'), request.get('content-id')]
  if (one !== undefined && other !== undefined && one !== other) {
    refuseBytes('two different Content-IDs', where.start, where.end)
  }
  return one ?? other
}

function trimBlanks(bytes: Uint8Array, { start, end }: Range): Uint8Array {
  let from = start
  let until = end
  while (from < until && isBlank(bytes[from])) from += 1
  while (until > from && isBlank(bytes[until - 1])) until -= 1
  return bytes.subarray(from, until)
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d
}
