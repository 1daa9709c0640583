import { Refusal } from '#refusal.ts'
import type { Json } from '#row.ts'
import type { Context } from './context.ts'
import { asList, isEntity, type Value } from './entity.ts'
import type { Answer, Question } from './execute.ts'
import { METADATA } from './metadata.ts'
import { SETS } from './model.ts'
import { writeOptions } from './options.ts'
import { makePageToken } from './page-token.ts'
import { type Place, resolvePath } from './path.ts'
import { query } from './read.ts'
import { reference, shape } from './shape.ts'

const PAGE_SIZE = 5

export function answerRead(context: Context, question: Question): Answer {
  const { path, options } = question
  if (/^\/?$/.test(path)) return ok(serviceDocument(context))
  if (/^\/?\$metadata\/?$/i.test(path))
    return { status: 200, headers: { 'Content-Type': 'application/xml' }, body: METADATA, raw: true }
  const place = resolvePath(context, path, options)
  if (place.action !== undefined) throw new Refusal(405, `${place.action} is an action: POST it.`)
  const { value, system } = place
  if (system === '$value' || place.owner?.name === 'Banner') return media(value)
  if (Array.isArray(value)) return collection(context, question, { place, items: value })
  if (value === null)
    return place.missing ? missing(place) : { status: 204, headers: {}, body: undefined, value }
  if (system === '$ref')
    return ok({ '@odata.context': `${context.root}/$metadata#$ref`, ...record(reference(context, value)) })
  const shaped = shape(context, value, options)
  if (!isEntity(value)) {
    const type = typeof value === 'object' ? 'EM.Location' : 'Edm.PrimitiveType'
    return ok({ '@odata.context': `${context.root}/$metadata#${type}`, value: shaped }, value)
  }
  return ok({ '@odata.context': `${context.root}/$metadata#${value.set}/$entity`, ...record(shaped) }, value)
}

function missing({ set, missing = [] }: Place): never {
  throw new Refusal(
    404,
    `${set} has no row with the key ${missing.map(({ value }) => String(value)).join(', ')}.`,
  )
}

function serviceDocument(context: Context): Json {
  const sets = Object.keys(SETS).map((name) => ({ name, kind: 'EntitySet', url: name }))
  const others = [
    { name: 'Me', kind: 'Singleton', url: 'Me' },
    { name: 'TopAccounts', kind: 'FunctionImport', url: 'TopAccounts' },
  ]
  return { '@odata.context': `${context.root}/$metadata`, value: [...sets, ...others] }
}

/** An invoice's document, a banner, the bare text of a property. */
function media(value: Value): Answer {
  const isInvoice = isEntity(value) && value.type === 'Invoice'
  const text = isInvoice
    ? `x-invoices-media-${String(value.values['ID'])}`
    : isEntity(value)
      ? ''
      : String(value)
  return { status: 200, headers: { 'Content-Type': 'text/plain' }, body: text, raw: true, value }
}

type Collection = { readonly place: Place; readonly items: readonly Value[] }

function collection(context: Context, question: Question, { place, items }: Collection): Answer {
  const { options, path, start } = question
  const selected = query(context, items, options)
  if (place.system === '$count')
    return { status: 200, headers: { 'Content-Type': 'text/plain' }, body: String(selected.count), raw: true }
  const end = start + PAGE_SIZE
  const shaped = selected.items
    .slice(start, end)
    .map((item) => (place.system === '$ref' ? reference(context, item) : shape(context, item, options)))
  const next = new Map(options)
  next.delete('skiptoken')
  const token = makePageToken({ start: end, query: `${path.replace(/^\//, '')}?${writeOptions(next)}` })
  next.set('skiptoken', token)
  return ok(
    {
      '@odata.context': `${context.root}/$metadata#${place.set}`,
      ...(/^true$/i.test(options.get('count') ?? '') && { '@odata.count': selected.count }),
      value: shaped,
      ...(end < selected.items.length && {
        '@odata.nextLink': `${context.root}/${path.replace(/^\//, '')}?${writeOptions(next)}`,
      }),
    },
    asList(items),
  )
}

function ok(body: Json, value: Value = null): Answer {
  return { status: 200, headers: {}, body, value }
}

function record(value: Json): { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, Json>)
    : { value }
}
