import { KNOWN_NAMES, OTHER_NAME } from './wire/field-names.ts'
import { type FieldSection, nameAt } from './wire/field-section.ts'

/** What the gateway makes of a header, by its name alone. */
export type HeaderTraits = {
  /** `Transfer_Encoding` and `X.Forwarded.For` reach some upstreams as the real thing: one class of names. */
  readonly kind: string
  /** Place among ONCE, or -1. */
  readonly once: number
  /** Another spelling of one of ONCE. */
  readonly isLookAlike: boolean
  /** Goes no further than this connection (RFC 9110 7.6.1). */
  readonly isHopByHop: boolean
  /** Set anew by the gateway, secret to it, or able to make the upstream act on another request than the one decided. */
  readonly isWithheld: boolean
  /** Of an upstream's answer: concerns the caller, and not the connection or the gateway's own sign-in. */
  readonly isReturned: boolean
}

/** Headers whose meaning for framing, identity or routing must not depend on who reads which of two. */
export const ONCE = [
  'host',
  'authorization',
  'apitoken',
  'content-length',
  'transfer-encoding',
  'content-type',
  'content-encoding',
] as const

/** RFC 9110 7.6.1, and `Expect`, which the gateway has answered itself. */
const HOP_BY_HOP = new Set(
  'connection keep-alive proxy-connection proxy-authenticate proxy-authorization te trailer transfer-encoding upgrade http2-settings expect'.split(
    ' ',
  ),
)

const WITHHELD =
  /^(?:host|-method|authorization|apitoken|ocp-apim-subscription-key|cookie|content-length|via|forwarded|x-(?:forwarded|real|original|rewrite|auth|stagedoor|client-ip|request-id|http-method|method-override|cluster-client-ip)(?:-.*)?|true-client-ip)$/

const NEVER_RETURNED = new Set(['set-cookie', 'www-authenticate', 'x-request-id', 'alt-svc', 'server'])

/** `Connection` must not name them: the next hop would drop what the decision was based on. */
const PROTECTED = /^(?:x-forwarded|x-stagedoor|forwarded|via)/

/** Names that are remembered. Whoever sends more of them has each looked at anew. */
const REMEMBERED_MAX = 2_000
const remembered = new Map<string, HeaderTraits>()

/** @param name in lower case */
function traitsOf(name: string): HeaderTraits {
  const known = remembered.get(name)
  if (known !== undefined) return known
  const kind = headerClass(name)
  const once = ONCE.findIndex((each) => each === kind)
  const traits: HeaderTraits = {
    kind,
    once,
    isLookAlike: once >= 0 && name !== kind,
    isHopByHop: HOP_BY_HOP.has(kind),
    isWithheld: WITHHELD.test(kind),
    isReturned: !HOP_BY_HOP.has(name) && !NEVER_RETURNED.has(name),
  }
  if (remembered.size < REMEMBERED_MAX) remembered.set(name, traits)
  return traits
}

const TRAITS_OF_KNOWN: readonly HeaderTraits[] = KNOWN_NAMES.map(traitsOf)

/** Of the line whose places begin at `at`. */
export function traitsAt(section: FieldSection, at: number): HeaderTraits {
  return TRAITS_OF_KNOWN[section.places[at] ?? OTHER_NAME] ?? traitsOf(nameAt(section, at))
}

/** The class of names that a header belongs to, whatever the letters' case. */
export function headerClass(name: string): string {
  return name.toLowerCase().replace(/[._]/g, '-').replace(/-+/g, '-')
}

/** Whether `Connection` may not name this header, which is not hop-by-hop. */
export function isProtected(name: string): boolean {
  const { once, kind } = traitsOf(name)
  return once >= 0 || PROTECTED.test(kind)
}
