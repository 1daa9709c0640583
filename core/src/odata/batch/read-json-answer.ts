import {
  bytesOfValue,
  itemsOf,
  type JsonMember,
  type JsonValue,
  membersOf,
  readJson,
  textOfValue,
} from '#odata/json/document.ts'
import type { BatchPart } from './batch.ts'
import type { BatchResponse } from './batch-answer.ts'
import { addHeader, type Headers } from './headers.ts'
import { refuseBytes } from './lines.ts'

const MEMBERS = new Set(['id', 'status', 'headers', 'body', 'atomicityGroup'])

/** Responses carry the ids of their requests, in any order (JSON Format 19.2). */
export function readJsonAnswer(parts: readonly BatchPart[], bytes: Uint8Array): readonly BatchResponse[] {
  const read = readJson(bytes)
  if (!read.ok) refuseBytes(read.problem, read.at)
  let list: JsonValue | undefined
  for (const member of membersOf(read.value)) {
    if (member.name === 'responses') list = member.value
    else if (!/^@(?:odata\.)?context$/.test(member.name))
      refuseBytes('an unknown member', member.start, member.end)
  }
  if (list?.kind !== 'array') refuseBytes('a list "responses" was expected', 0)
  const answered = new Set<string>()
  return [...itemsOf(list)].map((item) => {
    const response = responseOf(parts, item)
    const id = response.whole ? response.part.group : response.part.id
    if (id === undefined || answered.has(id))
      refuseBytes('two responses to one request', item.start, item.end)
    answered.add(id)
    return response
  })
}

function responseOf(parts: readonly BatchPart[], item: JsonValue): BatchResponse {
  const members = new Map<string, JsonMember>()
  for (const member of membersOf(item)) {
    if (!MEMBERS.has(member.name)) refuseBytes('an unknown member of a response', member.start, member.end)
    members.set(member.name, member)
  }
  const id = members.get('id') && textOfValue(members.get('id')?.value ?? item)
  const status = statusOf(members.get('status'))
  const one = parts.find((part) => part.id === id)
  const part = one ?? parts.find((part) => part.group === id)
  if (id === undefined || status === undefined || !part) {
    refuseBytes('a response with the id of a request and a status was expected', item.start, item.end)
  }
  const whole = one === undefined
  if (whole && status < 400) refuseBytes('one response for a group that has not failed', item.start, item.end)
  const body = members.get('body')?.value
  const bytes = body && body.kind !== 'null' ? bytesOfValue(body) : new Uint8Array()
  return { part, whole, status, headers: headersOf(members.get('headers')), body: bytes }
}

function statusOf(member: JsonMember | undefined): number | undefined {
  if (member?.value.kind !== 'number' || member.value.end - member.value.start !== 3) return undefined
  const text = String.fromCharCode(...bytesOfValue(member.value))
  return /^[1-5]\d\d$/.test(text) ? Number(text) : undefined
}

function headersOf(member: JsonMember | undefined): Headers {
  const headers = new Map<string, string>()
  for (const header of member ? membersOf(member.value) : []) {
    const value = textOfValue(header.value)
    if (value === undefined) refuseBytes('a header that is no text', header.start, header.end)
    addHeader(headers, { name: header.name, value }, header)
  }
  return headers
}
