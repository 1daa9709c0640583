import { LIMITS } from '#odata/limits.ts'
import { decodeSource, type SourceText } from '#odata/text/source-text.ts'
import { dialectOptions, isDialect } from './momentus-dialect.ts'
import { foldAscii, optionName } from './option-names.ts'
import { refuseKind, refuseLimit, refuseMalformed, type Spot } from './problem.ts'
import { type RawOption, splitQuery } from './split-request.ts'

/** The options of a request by canonical name (`$filter`, `@p`), decoded once, in the order of the request. */
export type RequestOptions = {
  readonly system: ReadonlyMap<string, SourceText>
  readonly aliases: ReadonlyMap<string, SourceText>
  /** Names of both in the order of the request. */
  readonly order: readonly string[]
  /** Whether they came inside one `ODataQuery`, as Momentus asks for. */
  readonly dialect: boolean
}

/** An option whose name is decoded: what the name may be is not yet decided. */
export type NamedOption = { readonly name: string; readonly value: SourceText; readonly spot: Spot }

/** Reads the options of an address, and those of a `/$query` body behind them. Each may stand once (odata.md row 48). */
export function readOptions(raw: readonly RawOption[], queryBody: string | undefined): RequestOptions {
  const named = raw.map(decodeOption)
  const dialect = named.find((option) => isDialect(option.name))
  if (dialect && (named.length > 1 || queryBody !== undefined)) {
    refuseMalformed('ODataQuery holds all options: none may stand beside it', dialect.spot)
  }
  if (dialect) return collect(dialectOptions(dialect), true)
  return collect([...named, ...bodyOptions(queryBody)], false)
}

function bodyOptions(body: string | undefined): readonly NamedOption[] {
  if (body === undefined) return []
  if (body.length > LIMITS.queryBodyLength) {
    refuseLimit('queryBodyLength', 'the query is too long', { in: 'body', at: [0, body.length] })
  }
  return splitQuery(body, 0).map(decodeOption)
}

function decodeOption(option: RawOption): NamedOption {
  const { raw, at } = option.name
  const name = decodeSource(raw, { in: 'query', offset: at }).text
  const spot = { in: canonicalName(name) ?? 'query', at: [at, at + raw.length] as const }
  if (!option.value) refuseMalformed('an option without "="', spot)
  return { name, value: decodeSource(option.value.raw, { in: spot.in, offset: option.value.at }), spot }
}

function collect(options: readonly NamedOption[], dialect: boolean): RequestOptions {
  const system = new Map<string, SourceText>()
  const aliases = new Map<string, SourceText>()
  const order: string[] = []
  for (const { name, value, spot } of options) {
    const canonical = canonicalName(name) ?? refuseOption(name, spot)
    if (system.has(canonical) || aliases.has(canonical)) {
      refuseMalformed(`${canonical} stands twice, which servers read differently`, { ...spot, in: canonical })
    }
    const target = canonical.startsWith('@') ? aliases : system
    target.set(canonical, { ...value, in: canonical })
    order.push(canonical)
  }
  return { system, aliases, order, dialect }
}

function canonicalName(name: string): string | undefined {
  if (!name.startsWith('@')) return optionName(name)
  return /^@[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Nd}\p{Mn}\p{Mc}\p{Pc}\p{Cf}]{0,127}$/u.test(name) ? name : undefined
}

function refuseOption(name: string, spot: Spot): never {
  const shown = foldAscii(name).slice(0, 60)
  const what = name.startsWith('$')
    ? 'no option that is read'
    : 'an option of the service itself, which is not declared'
  refuseKind(`"${shown}" is ${what}`, spot)
}
