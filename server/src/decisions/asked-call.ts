import { headerClass } from '#gateway/header-traits.ts'
import { toFieldSection } from '#gateway/wire/field-section.ts'
import type { FieldLines, WireRequest } from '#gateway/wire/head.ts'

/** Where a proxy says which call it asks about. */
export type NamedBy = 'x-forwarded' | 'x-original' | 'path'

/** The request that a proxy sends to ask. `target` is its own, as it stood on the wire. */
export type Asking = {
  readonly method: string
  readonly target: string
  readonly rawHeaders: readonly string[]
}

/** The call that is asked about; or in public words why nobody can tell which one it is. */
export type AskedCall =
  | { readonly ok: true; readonly call: WireRequest }
  | { readonly ok: false; readonly detail: string }

const PAIRS = {
  'x-forwarded': { method: 'x-forwarded-method', target: 'x-forwarded-uri' },
  'x-original': { method: 'x-original-method', target: 'x-original-uri' },
} as const

/** By class of name; `X-Original-URL` is what some proxies say in place of the second one. */
const NAMING = new Set([...Object.values(PAIRS).flatMap((pair) => Object.values(pair)), 'x-original-url'])

/** What upstreams are told of a call by whoever stands in front of them. */
const TOLD = /^(?:authorization|apitoken|forwarded|x-real-ip|x-(?:stagedoor|forwarded|original|auth)-.*)$/

/** Of the hop between proxy and Stagedoor: its framing, and where it goes. */
const OF_THIS_HOP = new Set(['host', 'content-length', 'transfer-encoding', 'expect'])

/**
 * Reads which call is asked about from one pair of headers, each of them there exactly once and under its exact name. Any
 * other header that names a call may be the caller's own, and some proxy's way of passing it on: then nobody is let in.
 * What the request asks for itself is never taken in their place (security.md GW-03).
 */
export function askedByHeaders({ rawHeaders }: Asking, namedBy: keyof typeof PAIRS): AskedCall {
  const naming = headersThatName(rawHeaders)
  const { method, target } = PAIRS[namedBy]
  for (const name of [method, target]) {
    const given = naming.filter(([other]) => other === name)
    if (given.length !== 1 || given[0]?.[1] === '')
      return unclear(`It must send the header "${name}" exactly once, and not empty.`)
  }
  const other = naming.find(([name]) => name !== method && name !== target)
  if (other) return unclear(`The header "${other[0]}" names a call as well. The proxy has to remove it.`)
  const valueOf = (name: string): string => naming.find(([other]) => other === name)?.[1] ?? ''
  return asked(valueOf(method), valueOf(target), rawHeaders)
}

/** Reads which call is asked about from the request line, behind a prefix that the proxy puts before the target. */
export function askedByPath({ method, target, rawHeaders }: Asking, prefix: string): AskedCall {
  const [other] = headersThatName(rawHeaders)
  if (other) return unclear(`The header "${other[0]}" names a call as well. The proxy has to remove it.`)
  return asked(method, target.slice(prefix.length), rawHeaders)
}

function asked(method: string, target: string, rawHeaders: readonly string[]): AskedCall {
  const pairs = pairsOf(rawHeaders)
  // Proxies pass such names on, and some upstreams read them as the real ones. The gateway would not forward them.
  const alike = pairs.find(([name]) => headerClass(name) !== name && TOLD.test(headerClass(name)))
  if (alike) return unclear(`The header "${alike[0]}" can be taken for "${headerClass(alike[0])}".`)
  const kept = pairs.filter(([name]) => !OF_THIS_HOP.has(name) && !NAMING.has(name))
  return { ok: true, call: withoutBody(method, target, kept.flat()) }
}

/** A call as the gateway would have read its head. Of its body nothing is said here. */
export function withoutBody(method: string, target: string, fields: FieldLines): WireRequest {
  return {
    method,
    target,
    minorVersion: 1,
    fields: toFieldSection(fields),
    framing: { kind: 'none' },
    keepAlive: true,
    expectsContinue: false,
  }
}

function unclear(detail: string): AskedCall {
  return { ok: false, detail }
}

function headersThatName(rawHeaders: readonly string[]): readonly (readonly [string, string])[] {
  return pairsOf(rawHeaders).filter(([name]) => NAMING.has(headerClass(name)))
}

/** Names in lower case, with their values. */
function pairsOf(rawHeaders: readonly string[]): readonly (readonly [string, string])[] {
  const pairs: (readonly [string, string])[] = []
  for (let at = 0; at + 1 < rawHeaders.length; at += 2)
    pairs.push([(rawHeaders[at] ?? '').toLowerCase(), rawHeaders[at + 1] ?? ''])
  return pairs
}
