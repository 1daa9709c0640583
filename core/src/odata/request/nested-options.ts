import { type Context, createContext } from '#odata/expression/context.ts'
import { parseExpression } from '#odata/expression/parser.ts'
import { writeExpression } from '#odata/expression/write.ts'
import { type Cursor, type Token, unexpected } from '#odata/text/lexer.ts'
import { refuseAt, type SourceText } from '#odata/text/source-text.ts'
import { optionName } from './option-names.ts'
import { readOption } from './option-reader.ts'
import { readLevels } from './plain-options.ts'
import type { NestedOptions, Reading } from './reading.ts'

/** Reads `(...)` behind an item of `$select` or `$expand`: options between `;`, each of them once. */
export function readNestedOptions(
  cursor: Cursor,
  outer: Reading,
  allowed: ReadonlySet<string>,
): NestedOptions {
  const open = cursor.expect('(')
  return outer.context.budget.deeper(cursor.source, open.start, () => {
    const written: string[] = []
    const seen = new Set<string>()
    const aliases = new Map<string, SourceText>()
    let reading = outer
    let levels = 1
    do {
      const token = cursor.next()
      const name = nestedName(cursor, token, allowed)
      if (seen.has(name)) refuseTwice(cursor, token, name)
      seen.add(name)
      cursor.expect('=')
      if (name.startsWith('@')) {
        written.push(`${name}=${defineAlias(cursor, reading, { name, aliases })}`)
        if (reading.context === outer.context)
          reading = { ...reading, context: withAliases(outer.context, aliases) }
      } else if (name === '$levels') {
        levels = readLevels(cursor)
        written.push(`${name}=${levels}`)
      } else {
        const read = readOption(name, cursor, reading) ?? refuseName(cursor, token)
        reading = read.reading
        // What `*` stands for may be nothing.
        if (read.text !== '' || name !== '$expand') written.push(`${name}=${read.text}`)
      }
    } while (cursor.accept(';'))
    cursor.expect(')')
    const used = new Set(reading.context.aliases.used().map(([name]) => name))
    for (const [name, source] of aliases) if (!used.has(name)) refuseUnused(source, name)
    return { written, levels }
  })
}

function nestedName(cursor: Cursor, token: Token, allowed: ReadonlySet<string>): string {
  if (token.kind === 'alias' && !token.text.includes('.')) return token.text
  const name = token.kind === 'name' || token.kind === 'system' ? optionName(token.text) : undefined
  if (name === undefined || !allowed.has(name)) refuseName(cursor, token)
  return name
}

/** `@a=...` among nested options: known to those behind it, in whose scope it is read (ABNF expandOption). */
function defineAlias(
  cursor: Cursor,
  reading: Reading,
  { name, aliases }: { readonly name: string; readonly aliases: Map<string, SourceText> },
): string {
  const { source } = cursor
  const start = cursor.position()
  const { expression } = parseExpression(cursor, reading.scope, reading.context)
  const text = source.text.slice(start, cursor.position())
  aliases.set(name, { in: source.in, text, at: (index) => source.at(start + index) })
  return writeExpression(expression)
}

function withAliases(context: Context, nested: ReadonlyMap<string, SourceText>): Context {
  const { model, recorder } = context
  const { aliases } = createContext({ model, recorder, aliases: nested })
  return {
    ...context,
    aliases: {
      get: (name) => aliases.get(name) ?? context.aliases.get(name),
      used: aliases.used,
      unused: aliases.unused,
    },
  }
}

function refuseName(cursor: Cursor, token: Token): never {
  if (token.kind === 'mark' || token.kind === 'end') unexpected(cursor.source, token, 'an option')
  const problem = `"${token.text.slice(0, 60)}" is no option that can stand here`
  refuseAt(cursor.source, { code: 'odata_not_supported', problem }, [token.start, token.end])
}

function refuseTwice(cursor: Cursor, token: Token, name: string): never {
  const problem = `${name} stands twice, which servers read differently`
  refuseAt(cursor.source, { code: 'odata_malformed', problem }, [token.start, token.end])
}

function refuseUnused(source: SourceText, name: string): never {
  const problem = `nothing uses the parameter alias ${name}`
  refuseAt(source, { code: 'odata_malformed', problem }, [0, source.text.length])
}
