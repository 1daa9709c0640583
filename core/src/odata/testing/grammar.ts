import apg from 'apg-js'
import { type Constraints, readSharedData } from './shared-data.ts'

/** What an attempt to read a text by a rule of OASIS's grammar came to. */
export type Reading = { readonly success: boolean; readonly furthest: number }

/** Reads texts by OASIS's ABNF; names are those of the constraints. */
export type GrammarOracle = {
  readonly read: (rule: string, text: string, names: Constraints) => Reading
}

const ABNF = {
  protocol: 'oasis-abnf/odata-abnf-construction-rules.txt',
  aggregation: 'oasis-abnf/odata-aggregation-abnf.txt',
  temporal: 'oasis-abnf/odata-temporal-abnf.txt',
} as const

/** `%7B` to `%7F` in literals: the rule lists every first digit but this one, which its twin for `"` has. */
const FORGOTTEN = /(pct-encoded-no-SQUOTE = "%" \( "0" \/ "1" \/ +"3" \/ "4" \/ "5" \/ "6" \/ )("8")/

/** Compiles the grammar, extended by the named extensions. It takes some seconds: once per test file. */
export function createGrammarOracle(extensions: readonly (keyof typeof ABNF)[]): GrammarOracle {
  const text = (['protocol', ...extensions] as const)
    .map((name) => readSharedData(ABNF[name]))
    .join('\n')
    .replace(FORGOTTEN, `$1"7" / $2`)
  const api = new apg.apgApi(`${text.replaceAll(/\r?\n/g, '\r\n')}\r\n`)
  api.generate()
  if (api.errors.length > 0) throw new Error(`The grammar does not compile: ${JSON.stringify(api.errors[0])}`)
  const grammar = api.toObject()
  const { parser: Parser, ids, utils } = apg.apgLib
  const parser = new Parser()
  let current: ReadonlyMap<string, ReadonlySet<string>> = new Map()
  for (const rule of grammar.rules) {
    parser.callbacks[rule.lower] = (result, chars, index) => {
      if (result.state !== ids.MATCH) return
      const allowed = current.get(rule.name)
      if (!allowed || allowed.has(utils.charsToString(chars, index, result.phraseLength))) return
      result.state = ids.NOMATCH
      result.phraseLength = 0
    }
  }
  const known = new WeakMap<Constraints, ReadonlyMap<string, ReadonlySet<string>>>()
  return {
    read: (rule, input, names) => {
      const map =
        known.get(names) ?? new Map(Object.entries(names).map(([key, list]) => [key, new Set(list)]))
      known.set(names, map)
      current = map
      const result = parser.parse(grammar, rule, utils.stringToChars(input), {})
      return { success: result.success, furthest: result.maxMatched }
    },
  }
}
