import { type Options, parseOption } from '#query/parse.ts'
import { Refusal } from '#refusal.ts'

export type Asked = {
  readonly options: Options
  /** Where the page starts, from the link to it. */
  readonly skipToken: number
  /** The address of a later page of the same question, in the spelling that was used. */
  readonly page: (skipToken: number) => string
}

const PARSED = new Set(['$filter', '$select', '$expand', '$orderby', '$top', '$skip', '$count'])
const NAMES = new Set([...PARSED, '$skiptoken', '$format'])

/**
 * Reads the options from the query, either plain or all of them inside one parameter named ODataQuery.
 * The `$` may be missing and case does not matter (OData 4.01).
 */
export function readOptions(search: string, navigations: readonly string[]): Asked {
  const parameters = pairs(search.replace(/^\?/, ''), decode)
  const wrapped = parameters.find(([name]) => name.toLowerCase() === 'odataquery')
  const given = wrapped === undefined ? parameters : [...without(parameters, wrapped), ...pairs(wrapped[1])]
  const values = new Map<string, string>()
  for (const [name, value] of given) {
    const option = systemName(name)
    if (option === undefined) continue
    if (values.has(option)) throw new Refusal(400, `The query option ${option} is given twice.`)
    values.set(option, value)
  }
  return {
    options: parseAll(values, navigations),
    skipToken: readSkipToken(values.get('$skiptoken')),
    page: (skipToken) => pageQuery(values, skipToken, wrapped !== undefined),
  }
}

type Pair = readonly [name: string, value: string]

function without(list: readonly Pair[], one: Pair): readonly Pair[] {
  return list.filter((pair) => pair !== one)
}

/** Cuts at the ampersands outside quotes; an encoded query has none inside them anyway. */
function pairs(text: string, read: (part: string) => string = (part) => part): readonly Pair[] {
  const parts = text.match(/(?:'[^']*'|[^&'])+|'/g) ?? []
  return parts.map((part) => {
    const equals = part.indexOf('=')
    return equals < 0 ? [read(part), ''] : [read(part.slice(0, equals)), read(part.slice(equals + 1))]
  })
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part.replaceAll('+', ' '))
  } catch {
    throw new Refusal(400, 'The query is not valid percent-encoded UTF-8.')
  }
}

/** Names without `$` that are no option belong to somebody else and are passed over. */
function systemName(name: string): string | undefined {
  const folded = `$${name.trim().toLowerCase().replace(/^\$/, '')}`
  if (NAMES.has(folded)) return folded
  if (name.trim().startsWith('$')) throw new Refusal(400, `The query option '${name}' is not supported.`)
  return undefined
}

function parseAll(values: ReadonlyMap<string, string>, navigations: readonly string[]): Options {
  let options: Options = {}
  for (const [name, value] of values) {
    if (!PARSED.has(name)) continue
    const everything = name === '$expand' && value.trim() === '*'
    options = { ...options, ...parseOption(name, everything ? navigations.join(',') : value) }
  }
  return options
}

function readSkipToken(text: string | undefined): number {
  if (text === undefined) return 0
  if (!/^\d{1,9}$/.test(text)) throw new Refusal(400, 'The $skiptoken is not one of this service.')
  return Number(text)
}

function pageQuery(values: ReadonlyMap<string, string>, skipToken: number, wrapped: boolean): string {
  const all = new Map([...values, ['$skiptoken', String(skipToken)]])
  if (wrapped) {
    const inner = [...all].map(([name, value]) => `${name}=${value}`).join('&')
    return `?ODataQuery=${encodeURIComponent(inner)}`
  }
  return `?${[...all].map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')}`
}
