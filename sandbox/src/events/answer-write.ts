import { asRow } from '#body.ts'
import { Refusal } from '#refusal.ts'
import { isRow, type Json, type Row } from '#row.ts'
import type { Context } from './context.ts'
import { asList, type Entity, entitiesOf, isEntity, type Value } from './entity.ts'
import type { Answer, Question } from './execute.ts'
import { type Place, resolvePath } from './path.ts'
import { addressOf, shape } from './shape.ts'
import { act, applyDelta, changeReference, insert, remove, setProperty, update } from './write.ts'

const NO_CONTENT: Answer = { status: 204, headers: {}, body: undefined }

/** Everything but reading. The options of the address shape what comes back, whatever they name. */
export function answerWrite(context: Context, question: Question): Answer {
  const { method, path, options } = question
  const place = resolvePath(context, path, options)
  if (place.system === '$ref') {
    const body = method === 'DELETE' ? undefined : parse(question)
    const id = isRow(body) ? (body['@odata.id'] ?? body['@id']) : options.get('id')
    changeReference(context, place, { method, id: typeof id === 'string' ? id : undefined })
    return NO_CONTENT
  }
  if (place.action !== undefined) {
    if (method !== 'POST') throw new Refusal(405, `${place.action} is an action: POST it.`)
    const result = act(context, place, asRow(parse(question) ?? {}))
    return represent(context, question, { status: 200, value: result })
  }
  switch (method) {
    case 'POST':
      return post(context, question, place)
    case 'PATCH':
    case 'PUT':
    case 'MERGE':
      return change(context, question, place)
    case 'DELETE':
      return destroy(context, place)
    default:
      throw new Refusal(405, `${method} is not supported.`)
  }
}

function parse({ body }: Question): Json | undefined {
  const text = new TextDecoder().decode(body)
  if (text.trim() === '') return undefined
  try {
    const value: Json = JSON.parse(text)
    return value
  } catch (error) {
    throw new Refusal(400, `The body is not JSON: ${String(error)}`)
  }
}

type Result = { readonly status: number; readonly value: Value }

function represent(context: Context, { options }: Question, { status, value }: Result): Answer {
  if (value === null) return NO_CONTENT
  const body = shape(context, value, options)
  const headers: Record<string, string> = isEntity(value) ? { Location: addressOf(context, value) } : {}
  return { status, headers, body: Array.isArray(body) ? { value: body } : body, value }
}

function post(context: Context, question: Question, place: Place): Answer {
  if (!Array.isArray(place.value)) throw new Refusal(405, 'Only a collection takes new entities.')
  const entity = insert(context, place, asRow(parse(question)))
  return represent(context, question, { status: 201, value: entity })
}

function change(context: Context, question: Question, place: Place): Answer {
  const { value, owner, system } = place
  const isBytes = system === '$value' || owner?.name === 'Banner'
  if (isBytes) return changeBytes(context, question, place)
  context.reach(`PATCH ${place.set}`)
  const body = parse(question)
  if (Array.isArray(value)) {
    const delta = isRow(body) ? body['value'] : undefined
    if (Array.isArray(delta)) applyDelta(context, place, delta as readonly Json[])
    else for (const entity of entitiesOf(value)) update(context, entity, asRow(body))
    return NO_CONTENT
  }
  if (isEntity(value)) {
    update(context, value, asRow(body))
    return represent(context, question, { status: 200, value })
  }
  if (owner && !place.missing && owner.name in owner.entity.values)
    return changeProperty(context, owner.entity, { name: owner.name, body: asRow(body) })
  // Even this service keeps to that: with If-Match nothing is made (Part 1, 11.4.4).
  if (question.headers.has('if-match')) throw new Refusal(404, `${place.set} has no such row to change.`)
  const entity = insert(context, place, asRow(body))
  return represent(context, question, { status: 201, value: entity })
}

type PropertyChange = { readonly name: string; readonly body: Row }

function changeProperty(context: Context, entity: Entity, { name, body }: PropertyChange): Answer {
  setProperty(context, entity, { name, value: body['value'] ?? null })
  return NO_CONTENT
}

function changeBytes(context: Context, { body }: Question, { owner, value }: Place): Answer {
  const text = new TextDecoder().decode(body)
  const entity =
    owner && owner.name in owner.entity.values ? owner.entity : isEntity(value) ? value : undefined
  if (entity === undefined) throw new Refusal(404, 'There is no stream here.')
  context.reach(`PATCH ${entity.set}`)
  if (owner && owner.name in owner.entity.values) owner.entity.values[owner.name] = text
  return NO_CONTENT
}

function destroy(context: Context, { value, owner, missing }: Place): Answer {
  const property = owner && owner.name in owner.entity.values ? owner : undefined
  if (property) {
    // Taking away a stream is deleting (Part 1, 11.4.8.2), taking away a value is changing its entity.
    context.reach(`${property.name === 'Banner' ? 'DELETE' : 'PATCH'} ${property.entity.set}`)
    property.entity.values[property.name] = null
    return NO_CONTENT
  }
  const doomed = [...entitiesOf(asList(value))]
  if (doomed.length === 0 && missing) throw new Refusal(404, 'There is no such row.')
  for (const entity of doomed) remove(context, entity)
  return NO_CONTENT
}
