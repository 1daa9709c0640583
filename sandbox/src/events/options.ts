import { splitOutside } from './split.ts'

/** Options by name, without `$` and in lower case; aliases (`@p`) and unknown ones are kept under their own names. */
export type Options = ReadonlyMap<string, string>

/** Those whose values make sense joined; of all others the last one counts. */
const MERGED = new Set(['expand', 'select', 'orderby'])

/** Reads options, separated by `&` in an address and by `;` inside $expand. Those given twice are merged. */
export function readOptions(text: string, sign: '&' | ';'): Options {
  const options = new Map<string, string>()
  for (const part of splitOutside(text, sign)) {
    const equals = part.indexOf('=')
    if (equals < 0) continue
    const name = optionName(part.slice(0, equals))
    const value = part.slice(equals + 1)
    const before = options.get(name)
    if (before === undefined) options.set(name, value)
    else if (MERGED.has(name)) options.set(name, `${before},${value}`)
    else if (name === 'filter') options.set(name, `(${before}) and (${value})`)
    else options.set(name, value)
  }
  return options
}

function optionName(text: string): string {
  const name = text.trim()
  return name.startsWith('@') ? name : name.toLowerCase().replace(/^\$/, '')
}

/** The options as a query again, for links to further pages. */
export function writeOptions(options: Options): string {
  return [...options]
    .map(([name, value]) => `${name.startsWith('@') ? name : `$${name}`}=${encodeURIComponent(value)}`)
    .join('&')
}

export function numberOf(options: Options, name: string): number | undefined {
  const value = Number(options.get(name))
  return options.has(name) && Number.isFinite(value) ? value : undefined
}
