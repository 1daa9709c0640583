import type { AnalyseOptions } from '#odata/analysis.ts'
import { scopeOf } from '#odata/expression/scope.ts'
import { endpointKeys } from '#odata/position.ts'
import { createCursor } from '#odata/text/lexer.ts'
import { refuse } from '#odata/text/refusal.ts'
import { causeAt, refuseAt, type SourceText } from '#odata/text/source-text.ts'
import type { AddressedEntity } from './addressed-entity.ts'
import { resolveEntityReference } from './entity-reference.ts'
import { readNestedOptions } from './nested-options.ts'
import { FIRST_OPTIONS, readOption } from './option-reader.ts'
import { type Place, typedOf } from './place.ts'
import { readFormat, readSchemaVersion } from './plain-options.ts'
import { createItemCounter, type Reading } from './reading.ts'
import type { RequestOptions } from './request-options.ts'
import type { Walk } from './walk.ts'

/** What the options of a request are about, and which of them it may have. */
export type OptionRules = {
  readonly place: Place
  readonly allowed: ReadonlySet<string>
  readonly openPageToken: AnalyseOptions['openPageToken']
  readonly addressed: AddressedEntity | undefined
}

/** Canonical options as `name=value`, decoded, in the order of the request. */
export type QueryValues = { readonly written: readonly string[]; readonly memorable: boolean }

/** Reads the values of all options. Parameter aliases are read where they are used; one that nothing uses is refused. */
export function readOptionValues(walk: Walk, given: RequestOptions, rules: OptionRules): QueryValues {
  const values = new Map<string, string>()
  let reading = beginReading(walk, rules.place)
  for (const name of inReadingOrder(given.order)) {
    const source = given.system.get(name)
    if (!source) continue
    if (!rules.allowed.has(name)) refuseOption(name, source)
    if (name !== '$search') refuseSpace(source)
    const special = readSpecial(name, source, { walk, rules })
    if (special !== undefined) values.set(name, special)
    else {
      const cursor = createCursor(source)
      const read = readOption(name, cursor, reading) ?? refuseOption(name, source)
      cursor.expectEnd()
      reading = read.reading
      values.set(name, read.text)
    }
  }
  const { aliases } = walk.context
  for (const source of given.aliases.values()) refuseSpace(source)
  for (const name of aliases.unused()) refuseUnused(name, given.aliases.get(name))
  for (const [name, text] of aliases.used()) values.set(name, text)
  // What `*` stands for may be nothing.
  if (values.get('$expand') === '') values.delete('$expand')
  const written = inWritingOrder(given.order, values).flatMap((name) =>
    values.has(name) ? [`${name}=${values.get(name) ?? ''}`] : [],
  )
  return { written, memorable: !given.system.has('$skiptoken') }
}

/** Some options say what others may name. */
function inReadingOrder(order: readonly string[]): readonly string[] {
  const first = FIRST_OPTIONS.filter((name) => order.includes(name))
  return first.length === 0
    ? order
    : [...first, ...order.filter((name) => !first.some((other) => other === name))]
}

/** Behind an apostrophe in what is searched for, a service that knows quotes alone would find other options. */
function inWritingOrder(order: readonly string[], values: ReadonlyMap<string, string>): readonly string[] {
  if (!values.get('$search')?.includes("'")) return order
  return [...order.filter((name) => name !== '$search'), '$search']
}

function beginReading(walk: Walk, place: Place): Reading {
  const about = place.kind === 'action' ? (place.action?.result ?? place) : place
  const typed = typedOf(about)
  return {
    context: walk.context,
    scope: scopeOf(typed),
    position: typed.kind === 'structured' ? typed.position : undefined,
    depth: 0,
    items: createItemCounter(),
    nested: readNestedOptions,
  }
}

type Asked = { readonly walk: Walk; readonly rules: OptionRules }

/** Options whose values are no expressions; undefined for all others. */
function readSpecial(name: string, source: SourceText, asked: Asked): string | undefined {
  switch (name) {
    case '$format':
      return readFormat(source)
    case '$schemaversion':
      return readSchemaVersion(source)
    case '$id':
      return asked.rules.addressed?.id ?? readUnlinked(source, asked)
    case '$skiptoken':
      return readPageToken(source, asked)
    case '$deltatoken':
      checkToken(source)
      asked.walk.context.recorder.unknownReach(causeAt(source, 0, source.text.length))
      return source.text
    default:
      return undefined
  }
}

/** `DELETE .../$ref?$id=Bookings(9)`: the other end of the link. */
function readUnlinked(source: SourceText, { walk }: Asked): string {
  const { context, roots } = walk
  const cause = causeAt(source, 0, source.text.length)
  const found = resolveEntityReference(context.model, source.text, {
    roots,
    recorder: context.recorder,
    cause,
  })
  if (!found.ok) refuse(found)
  for (const endpoint of endpointKeys(found.position, 'PATCH')) context.recorder.touch(endpoint, cause)
  return found.text
}

/** A token goes on with an earlier query: the gateway's own says what that one touched, nobody knows of any other. */
function readPageToken(source: SourceText, { walk, rules }: Asked): string {
  const cause = causeAt(source, 0, source.text.length)
  const { recorder } = walk.context
  const opened = rules.openPageToken(source.text)
  if (!opened) {
    checkToken(source)
    recorder.unknownReach(cause)
    return source.text
  }
  for (const endpoint of opened.endpoints) recorder.touch(endpoint, cause)
  return opened.token
}

/** Servers that decode before they split would find other options behind these (odata.md row 49). */
function checkToken(source: SourceText): void {
  const delimiter = /[&#?;%\x00-\x1f\x7f-\x9f]/.exec(source.text)
  if (!delimiter && source.text !== '') return
  const at = delimiter?.index ?? 0
  const problem = 'a token that is empty or holds a delimiter of requests'
  refuseAt(source, { code: 'odata_malformed', problem }, [at, at + 1])
}

/** Only `$search` may begin with white space; no value ends in it. */
function refuseSpace(source: SourceText): void {
  const { text } = source
  if (/^[ \t]|[ \t]$/.test(text)) {
    refuseAt(source, { code: 'odata_malformed', problem: 'white space around a value' }, [0, text.length])
  }
}

function refuseOption(name: string, source: SourceText): never {
  const problem = `${name} is no option of what the path leads to`
  refuseAt(source, { code: 'odata_not_supported', problem }, [0, source.text.length])
}

function refuseUnused(name: string, source: SourceText | undefined): never {
  const problem = `nothing uses the parameter alias ${name}`
  const at = source ? ([source.at(0), source.at(source.text.length)] as const) : ([0, 0] as const)
  refuse({ code: 'odata_malformed', problem, in: name, at })
}
