import { SETS } from '../../../sandbox/src/events/model.ts'
import { makePageToken } from '../../../sandbox/src/events/page-token.ts'
import { chance, type Dice, pick } from './dice.ts'
import { generateBody } from './generate-body.ts'
import { hop, optionsFor, propertyOf, type Writing } from './generate-options.ts'
import { playTricks } from './tricks.ts'

/** A request to the sandbox's event service, below its root. */
export type Generated = {
  readonly method: string
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

type At = {
  readonly text: string
  readonly type: string
  readonly set: string
  readonly many: boolean
  /** What stands there is no entity: a value, a count, a reference. */
  readonly end?: 'value' | 'count' | 'reference' | 'action' | 'stream'
}

/** Writes a request that mostly stays within these sets. */
export function generateRequest(dice: Dice, kept: ReadonlySet<string>): Generated {
  if (chance(dice, 7)) return generateBatch(dice, kept)
  return generateSingle(dice, kept)
}

function generateSingle(dice: Dice, kept: ReadonlySet<string>): Generated {
  const writing: Writing = { dice, kept, aliases: [] }
  const at = finishPath(writing, followPath(writing, startPath(writing)))
  const method = methodFor(dice, at)
  const body = bodyFor(writing, method, at)
  const isRead = method === 'GET' || method === 'HEAD'
  const options =
    at.end === undefined && (isRead || chance(dice, 15))
      ? optionsFor(writing, at.type, { many: at.many && isRead, depth: 0 })
      : []
  if (at.end === 'count' && chance(dice, 50))
    return request(dice, {
      method: 'GET',
      at,
      options: optionsFor(writing, at.type, { many: true, depth: 0 }).filter((each) =>
        /^\$(filter|search)/.test(each),
      ),
      writing,
    })
  if (isRead && at.many && chance(dice, 4)) {
    const text = [...options, ...writing.aliases].map(encodeOption).join('&')
    const headers = { 'content-type': 'text/plain' }
    return { method: 'POST', target: `${at.text}/$query`, headers, body: text }
  }
  return request(dice, { method, at, options, writing, ...(body !== undefined && { body }) })
}

type Parts = {
  readonly method: string
  readonly at: At
  readonly options: readonly string[]
  readonly writing: Writing
  readonly body?: string
}

function request(dice: Dice, { method, at, options, writing, body }: Parts): Generated {
  const all = [...options, ...writing.aliases].map(encodeOption)
  if (chance(dice, 3)) all.push(`$skiptoken=${forgedToken(dice)}`)
  const target = `${at.text}${all.length > 0 ? `?${all.join('&')}` : ''}`
  const headers: Record<string, string> = {}
  if (body !== undefined) headers['content-type'] = 'application/json'
  if (method === 'PATCH' && chance(dice, 50)) headers['if-match'] = '*'
  if (chance(dice, 2)) headers['x-http-method-override'] = pick(dice, ['GET', 'DELETE', 'PATCH'])
  if (chance(dice, 5))
    headers['prefer'] = pick(dice, ['return=representation', 'return=minimal', 'respond-async'])
  const made = { method, target, headers, ...(body !== undefined && { body }) }
  return chance(dice, 15) ? playTricks(dice, made) : made
}

function encodeOption(option: string): string {
  const equals = option.indexOf('=')
  return `${option.slice(0, equals)}=${encodeURI(option.slice(equals + 1)).replaceAll(/[&#?+]/g, encodeURIComponent)}`
}

/** Page tokens as anybody can write them for this service. */
function forgedToken(dice: Dice): string {
  return makePageToken({
    start: 0,
    query: pick(dice, ['Accounts', 'Invoices?$orderby=Amount', 'Events?$expand=Account', 'Me']),
  })
}

function startPath(writing: Writing): At {
  const { dice, kept } = writing
  const choice = dice(60)
  if (choice < 3) return { text: '/Me', type: 'Profile', set: 'Me', many: false }
  if (choice < 5)
    return { text: `/TopAccounts(n=${1 + dice(4)})`, type: 'Account', set: 'Accounts', many: true }
  if (choice === 5)
    return { text: '/TopAccounts(n=@n)?@n=2', type: 'Account', set: 'Accounts', many: true, end: 'value' }
  if (choice === 6)
    return {
      text: `/$entity?$id=${pick(dice, Object.keys(SETS))}(1)`,
      type: 'Event',
      set: 'Events',
      many: false,
      end: 'value',
    }
  if (choice === 7)
    return {
      text: pick(dice, ['/$all', '/$crossjoin(Events,Accounts)', '/$crossjoin(Events,Bookings)', '/']),
      type: 'Event',
      set: 'Events',
      many: true,
      end: 'value',
    }
  if (choice === 8)
    return { text: '/MergeAccounts', type: 'Account', set: 'Accounts', many: false, end: 'action' }
  const names = [...kept].filter((set) => set in SETS)
  const set = names.length > 0 && chance(dice, 90) ? pick(dice, names) : pick(dice, Object.keys(SETS))
  return { text: `/${set}`, type: SETS[set] ?? '', set, many: true }
}

function followPath(writing: Writing, start: At): At {
  const { dice } = writing
  let at = start
  for (let step = 0; step < 4 && at.end === undefined; step += 1) {
    if (at.many) {
      if (chance(dice, 45)) return at
      at = { ...at, text: at.text + keyText(dice, at), many: false }
    } else {
      if (chance(dice, 55)) return at
      at = onwards(writing, at)
    }
  }
  return at
}

function keyText(dice: Dice, { set, type }: At): string {
  const number = chance(dice, 5) ? 99 : 1 + dice(13)
  if (set === 'Venues') return chance(dice, 20) ? `/V${1 + dice(6)}` : `('V${1 + dice(6)}')`
  if (type === 'Event' && chance(dice, 5)) return `(Code='E${number}')`
  return chance(dice, 20) ? `/${number}` : `(${type === 'Session' ? 1 + dice(2) : number})`
}

function onwards(writing: Writing, at: At): At {
  const { dice } = writing
  if (at.type === 'Event') {
    const choice = dice(12)
    if (choice === 0) return { ...at, text: `${at.text}/EM.Organiser()`, type: 'Account', set: 'Accounts' }
    if (choice === 1) return { ...at, text: `${at.text}/EM.Cancel`, end: 'action' }
    if (choice === 2) return { ...at, text: `${at.text}/Location/Venue`, type: 'Venue', set: 'Venues' }
    if (choice === 3) return { ...at, text: `${at.text}/EM.Gala`, type: 'Gala' }
    if (choice === 4) return { ...at, text: `${at.text}/Banner`, end: 'stream' }
  }
  if (at.type === 'Invoice' && chance(dice, 10)) return { ...at, text: `${at.text}/$value`, end: 'stream' }
  const next = hop(writing, at.type)
  if (!next) return at
  const [name, { type, set, many }] = next
  return { text: `${at.text}/${name}`, type, set, many }
}

function finishPath(writing: Writing, at: At): At {
  const { dice } = writing
  if (at.end !== undefined) return at
  const choice = dice(20)
  if (choice === 0) return { ...at, text: `${at.text}/$ref`, end: 'reference' }
  if (at.many) {
    if (choice < 3) return { ...at, text: `${at.text}/$count`, end: 'count' }
    if (choice === 3 && at.type === 'Event') return { ...at, text: `${at.text}/EM.Gala`, type: 'Gala' }
    if (choice === 4 && at.type === 'Event')
      return { ...at, text: `${at.text}/$each/EM.Cancel`, end: 'action' }
    return at
  }
  if (choice < 5)
    return {
      ...at,
      text: `${at.text}/${propertyOf(writing, at.type)}${pick(dice, ['', '', '/$value'])}`,
      end: 'value',
    }
  return at
}

function methodFor(dice: Dice, at: At): string {
  if (at.end === 'action') return 'POST'
  if (chance(dice, 75)) return chance(dice, 4) ? 'HEAD' : 'GET'
  if (at.end === 'reference') return pick(dice, ['POST', 'PUT', 'DELETE'])
  if (at.end !== undefined) return pick(dice, ['PUT', 'DELETE', 'PATCH'])
  return at.many
    ? pick(dice, ['POST', 'POST', 'POST', 'PATCH', 'DELETE'])
    : pick(dice, ['PATCH', 'PATCH', 'PUT', 'DELETE'])
}

function bodyFor(writing: Writing, method: string, at: At): string | undefined {
  const { dice } = writing
  if (method === 'GET' || method === 'HEAD' || method === 'DELETE') return undefined
  if (at.end === 'action') return at.text === '/MergeAccounts' ? '{"from":1,"into":2}' : '{"reason":"x"}'
  if (at.end === 'reference') return JSON.stringify({ '@odata.id': `${at.set}(${1 + dice(9)})` })
  if (at.end === 'stream') return 'bytes'
  if (at.end !== undefined) return '{"value":1}'
  if (method === 'PATCH' && at.many)
    return JSON.stringify({
      value: [generateBody(writing, at.type), { '@removed': { reason: 'deleted' }, '@id': `${at.set}(3)` }],
    })
  return JSON.stringify(generateBody(writing, at.type))
}

function generateBatch(dice: Dice, kept: ReadonlySet<string>): Generated {
  const requests = Array.from({ length: 1 + dice(3) }, () => generateSingle(dice, kept)).filter(
    ({ target }) => !target.includes('$skiptoken'),
  )
  // Behind a collection `/Bookings` would be a key.
  const first = requests[0]?.target.split('?')[0] ?? ''
  const relative = (target: string): string => target.replace(/^\//, '')
  if (chance(dice, 50)) {
    const all = requests.map(({ method, target, headers, body }, index) => ({
      id: `r${index}`,
      method,
      url:
        index > 0 && first.endsWith(')') && chance(dice, 25)
          ? `$r0/${pick(dice, ['Account', 'Bookings', 'Event'])}`
          : relative(target),
      ...(Object.keys(headers).length > 0 && { headers }),
      ...(body !== undefined && { body: /^[{[]/.test(body) ? JSON.parse(body) : body }),
    }))
    const text = JSON.stringify({ requests: all })
    const last = chance(dice, 8) ? text.replace('"url":', '"url":"Accounts","url":') : text
    return { method: 'POST', target: '/$batch', headers: { 'content-type': 'application/json' }, body: last }
  }
  const parts = requests.map(({ method, target, headers, body = '' }) => {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    const head = 'Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n'
    return `--b\r\n${head}${method} ${relative(target)} HTTP/1.1\r\n${lines.join('')}\r\n${body}\r\n`
  })
  const before = chance(dice, 5) ? 'GET Accounts HTTP/1.1\r\n\r\n' : ''
  const after = chance(dice, 5) ? '\r\nGET Accounts HTTP/1.1\r\n\r\n' : ''
  const body = `${before}${parts.join('')}--b--${after}`
  return {
    method: 'POST',
    target: '/$batch',
    headers: { 'content-type': 'multipart/mixed; boundary=b' },
    body,
  }
}
