import type { Analysis } from '#odata/analysis.ts'
import { LIMITS } from '#odata/limits.ts'
import { analyseTarget } from '#odata/request/analyse-target.ts'
import { refuseLimit } from '#odata/request/problem.ts'
import { Refusal, refuse } from '#odata/text/refusal.ts'
import type { Found, Touch } from '#odata/touches.ts'
import { behindRoot } from './address.ts'
import type { BatchRequest, BatchWalk, WrittenRequest } from './batch.ts'
import { idInAddress, isRequestId } from './ids.ts'
import { isUpdateCondition } from './if-match.ts'
import { type PartBody, queryBodyOf, readPartBody } from './part-body.ts'
import { checkNames, type PassedHeaders, passHeaders } from './part-headers.ts'

const METHODS = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])

/** Understands the next request of a batch. A problem says which one it stands in. */
export function addRequest(walk: BatchWalk, read: () => BatchRequest): void {
  const number = walk.written.length + 1
  let part = `${number}`
  try {
    if (number > LIMITS.batchParts) refuseLimit('batchParts', 'too many requests', { in: 'body', at: [0, 0] })
    const request = read()
    part = request.id ?? part
    const written = understand(walk, request, number)
    walk.written.push(written)
    const { id } = request
    if (id === undefined) return
    walk.ids.add(id)
    const { result } = written.part.analysis
    if (result.kind === 'entities' && result.position) walk.references.set(id, result.position)
  } catch (error) {
    if (error instanceof Refusal) refuse({ ...error.problem, part: error.problem.part ?? part })
    throw error
  }
}

function understand(walk: BatchWalk, request: BatchRequest, number: number): WrittenRequest {
  const { id, group, method, headers } = request
  if (id !== undefined) checkId(walk, id, group)
  if (!METHODS.has(method)) {
    refuse({
      code: 'odata_not_supported',
      problem: `"${method.slice(0, 20)}" is no method in a batch`,
      in: 'body',
      at: [0, 0],
    })
  }
  if (walk.format === 'multipart' && group !== undefined && method === 'GET') {
    refuse({ code: 'odata_malformed', problem: 'a change set does not read', in: 'body', at: [0, 0] })
  }
  checkNames(headers, walk.options.authorization)
  const analysis = analyse(walk, request)
  const body = readPartBody(walk, request, analysis)
  const passed = passHeaders(headers, analysis, (earlier) => walk.ids.has(earlier))
  const withType = new Map(passed.headers)
  if (body.contentType !== undefined) withType.set('content-type', body.contentType)
  const part = { id, number, group, analysis, ...together(analysis, body, passed) }
  const named = [idInAddress(analysis.target), idInAddress(headers.get('if-match') ?? '')]
  const needs = new Set([...named.filter((each) => each !== undefined), ...body.linked])
  return { part, address: analysis.target.slice(1), headers: withType, body: body.bytes, needs: [...needs] }
}

function checkId(walk: BatchWalk, id: string, group: string | undefined): void {
  const spot = { in: 'body', at: [0, 0] } as const
  if (!isRequestId(id)) {
    const problem =
      'an id that "$<id>" cannot name: 1 to 64 of 0-9 A-Z a-z _ - . ~, none of the last two first, and no word of OData'
    refuse({ code: 'odata_malformed', problem, ...spot })
  }
  if (walk.ids.has(id) || id === group)
    refuse({ code: 'odata_malformed', problem: 'an id that stands here twice', ...spot })
}

function analyse(walk: BatchWalk, request: BatchRequest): Analysis {
  const text = behindRoot(request.address, walk.options.roots)
  const { address, method, headers } = request
  if (text === undefined) {
    refuse({
      code: 'odata_malformed',
      problem: 'an address of another service',
      in: 'path',
      at: [0, address.length],
    })
  }
  const analysis = analyseTarget(
    walk.model,
    {
      method,
      text,
      ifMatch: isCondition(headers.get('if-match') ?? ''),
      queryBody: queryBodyOf(walk.format, request, text),
      references: walk.references,
    },
    walk.options,
  )
  if (!analysis.ok) refuse(analysis)
  if (analysis.kind !== 'resource') {
    const problem = 'a batch holds requests for data: no other batch, no $metadata, no service document'
    refuse({ code: 'odata_not_supported', problem, in: 'path', at: [0, address.length] })
  }
  return analysis
}

/** The entity tag of an earlier answer is one like any other (row 71). */
function isCondition(ifMatch: string): boolean {
  return ifMatch.startsWith('$') || isUpdateCondition(ifMatch)
}

/** What address, body and headers of one request reach, together. */
function together(analysis: Found, body: PartBody, passed: PassedHeaders): Found {
  const touches = new Map<string, Touch>()
  for (const touch of [...analysis.touches, ...body.touches]) {
    const by = [...(touches.get(touch.endpoint)?.by ?? []), ...touch.by]
    touches.set(touch.endpoint, { endpoint: touch.endpoint, by })
  }
  const tracking = { in: 'header', text: 'Prefer: track-changes', at: [0, 0] } as const
  return {
    touches: [...touches.values()],
    unknownReach: [
      ...analysis.unknownReach,
      ...body.unknownReach,
      ...(passed.trackChanges ? [tracking] : []),
    ],
    names: new Set([...analysis.names, ...body.names]),
  }
}
