import { typeOf } from '../../../sandbox/src/events/model.ts'
import { chance, pick } from './dice.ts'
import { hop, type Writing } from './generate-options.ts'

type Body = Record<string, unknown>

const NUMBERS = new Set(['Seats', 'Capacity', 'CreditLimit', 'Amount'])
const LEFT_OUT = new Set(['ID', 'Tags', 'Location', 'Banner', 'Starts'])

/** A body for an entity: properties, links, nested entities, deltas. */
export function generateBody(writing: Writing, type: string, depth = 0): Body {
  const { dice } = writing
  const { properties, key } = typeOf(type)
  const body: Body = {}
  for (const name of properties)
    if (!LEFT_OUT.has(name) && name !== key && chance(dice, 40))
      body[name] = NUMBERS.has(name) ? dice(500) : `made-${dice(99)}`
  if (key === 'Code') body['Code'] = `V${1 + dice(9)}`
  if (type === 'Event' && chance(dice, 6)) body['@odata.type'] = '#EM.Gala'
  if (type === 'Event' && chance(dice, 10))
    body['Location'] = { Hall: 'made', 'Venue@odata.bind': `Venues('V1')` }
  if (depth < 2 && chance(dice, 45)) addLink(writing, type, { body, depth })
  return body
}

type Nested = { readonly body: Body; readonly depth: number }

function addLink(writing: Writing, type: string, { body, depth }: Nested): void {
  const { dice } = writing
  const next = hop(writing, type)
  if (!next) return
  const [name, { type: inner, set, many, contained }] = next
  const id = set === 'Venues' ? `Venues('V${1 + dice(6)}')` : `${set}(${1 + dice(9)})`
  const nested = (): Body => generateBody(writing, inner, depth + 1)
  const choice = contained ? 1 : dice(6)
  if (choice === 0) body[pick(dice, [`${name}@odata.bind`, `${name}@bind`])] = many ? [id] : id
  else if (choice === 2 && !many) body[name] = { '@id': id }
  else if (choice === 3 && many)
    body[`${name}@delta`] = [nested(), { '@removed': { reason: 'deleted' }, '@id': id }]
  else if (choice === 4 && !many) body[name] = { ...nested(), ID: 1 + dice(9) }
  else body[name] = many ? [nested()] : nested()
}
