import {
  bytesOfValue,
  itemsOf,
  type JsonMember,
  type JsonValue,
  membersOf,
  readJson,
  textOfValue,
} from '#odata/json/document.ts'
import { refuse } from '#odata/text/refusal.ts'
import { addRequest } from './analyse-part.ts'
import type { BatchRequest, BatchWalk } from './batch.ts'
import { addHeader, type Headers } from './headers.ts'
import { isRequestId } from './ids.ts'
import { LINE_LENGTH_MAX, refuseBytes } from './lines.ts'

/** Which requests and groups each request of a JSON batch waits for, as it says itself. */
export type Dependencies = Map<number, readonly string[]>

type OpenGroup = { open: string | undefined }

const MEMBERS = new Set(['id', 'method', 'url', 'headers', 'body', 'dependsOn', 'atomicityGroup'])

/**
 * Reads the requests of a JSON batch (JSON Format 19; odata.md row 67), each understood before the next one is looked
 * at. Unknown members are refused, `if` among them: whether a request is carried out has to be known before.
 */
export function readJsonBatch(walk: BatchWalk, bytes: Uint8Array): Dependencies {
  const dependencies: Dependencies = new Map()
  const groups: OpenGroup = { open: undefined }
  for (const item of itemsOf(requestsOf(bytes))) {
    addRequest(walk, () => {
      const members = membersByName(item)
      const group = textAt(members, 'atomicityGroup')
      enterGroup(walk, groups, { group, item })
      dependencies.set(walk.written.length + 1, dependenciesOf(walk, members.get('dependsOn')))
      return requestOf(members, item, group)
    })
  }
  return dependencies
}

function requestsOf(bytes: Uint8Array): JsonValue {
  const read = readJson(bytes)
  if (!read.ok) {
    const code = read.limit ? 'odata_limit' : 'odata_malformed'
    const limit = read.limit ? { limit: read.limit } : {}
    refuse({
      code,
      problem: `the batch is not read as JSON: ${read.problem}`,
      in: 'body',
      at: [read.at, read.at],
      ...limit,
    })
  }
  const [only, other] = membersOf(read.value)
  if (only?.name !== 'requests' || other || only.value.kind !== 'array') {
    refuseBytes('an object with one member, the list "requests", was expected', read.value.start)
  }
  return only.value
}

function membersByName(item: JsonValue): ReadonlyMap<string, JsonMember> {
  if (item.kind !== 'object') refuseBytes('a request has to be an object', item.start, item.end)
  const members = new Map<string, JsonMember>()
  for (const member of membersOf(item)) {
    if (!MEMBERS.has(member.name)) {
      const problem = `"${member.name.slice(0, 60)}" is not taken in a request of a batch`
      refuse({ code: 'odata_not_supported', problem, in: 'body', at: [member.start, member.end] })
    }
    members.set(member.name, member)
  }
  return members
}

function requestOf(
  members: ReadonlyMap<string, JsonMember>,
  item: JsonValue,
  group: string | undefined,
): BatchRequest {
  const [id, method, address] = ['id', 'method', 'url'].map((name) => textAt(members, name))
  if (id === undefined || method === undefined || address === undefined) {
    refuseBytes('a request has an id, a method and a url', item.start, item.end)
  }
  const body = members.get('body')?.value
  return {
    id,
    group,
    method: /^[A-Za-z]{1,20}$/.test(method) ? method.toUpperCase() : method,
    address,
    headers: headersOf(members.get('headers')),
    body: body && body.kind !== 'null' ? bytesOfValue(body) : new Uint8Array(),
  }
}

function headersOf(member: JsonMember | undefined): Headers {
  const headers = new Map<string, string>()
  if (!member) return headers
  if (member.value.kind !== 'object') refuseBytes('"headers" has to be an object', member.start, member.end)
  for (const header of membersOf(member.value)) {
    if (header.value.end - header.value.start > LINE_LENGTH_MAX)
      refuseBytes('a header that is too long', header.start, header.end)
    const value = textOfValue(header.value)
    if (value === undefined || !/^[\t\x20-\x7e]*$/.test(value)) {
      refuseBytes('a header that is no text', header.start, header.end)
    }
    addHeader(headers, { name: header.name, value }, header)
  }
  return headers
}

function dependenciesOf(walk: BatchWalk, member: JsonMember | undefined): readonly string[] {
  if (!member) return []
  if (member.value.kind !== 'array') refuseBytes('"dependsOn" has to be an array', member.start, member.end)
  return [...itemsOf(member.value)].map((item) => {
    const id = textOfValue(item)
    if (id === undefined || !walk.ids.has(id))
      refuseBytes('no earlier request of this id', item.start, item.end)
    return id
  })
}

/** Requests of one group stand together (JSON Format 19.1), so that every group is whole before others name it. */
function enterGroup(
  walk: BatchWalk,
  groups: OpenGroup,
  { group, item }: { readonly group: string | undefined; readonly item: JsonValue },
): void {
  if (group === groups.open) return
  if (groups.open !== undefined) walk.ids.add(groups.open)
  groups.open = group
  if (group === undefined) return
  if (!isRequestId(group) || walk.ids.has(group)) {
    refuseBytes('"atomicityGroup" has to be a name of its own, its requests together', item.start, item.end)
  }
}

function textAt(members: ReadonlyMap<string, JsonMember>, name: string): string | undefined {
  const member = members.get(name)
  if (!member) return undefined
  const text = textOfValue(member.value)
  if (text === undefined) refuseBytes(`"${name}" has to be a string`, member.start, member.end)
  return text
}
