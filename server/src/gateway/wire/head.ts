import type { FieldSection } from './field-section.ts'

/** Header names in lower case and their values without surrounding whitespace, alternating. */
export type FieldLines = readonly string[]

/** The head of a request as it stood on the wire, its grammar checked (RFC 9112 2 to 5), nothing of it judged yet. */
export type WireRequest = {
  readonly method: string
  /** The request target, visible ASCII. */
  readonly target: string
  /** Of HTTP/1. */
  readonly minorVersion: 0 | 1
  readonly fields: FieldSection
  readonly framing: Framing
  /** Whether the connection may serve another request after this one (RFC 9112 9.3). */
  readonly keepAlive: boolean
  /** RFC 9110 10.1.1: the caller waits for 100 Continue before it sends its body. */
  readonly expectsContinue: boolean
}

/** The head of an upstream's answer. */
export type WireAnswer = {
  readonly status: number
  readonly minorVersion: 0 | 1
  readonly fields: FieldSection
  readonly framing: Framing
  readonly keepAlive: boolean
}

/** Where a body ends (RFC 9112 6.3). `close`: with the connection, answers only. */
export type Framing =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly length: number }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'close' }

/** What cannot be read. `code` names the answer to a caller; from an upstream every one of them makes the answer invalid. */
export type WireProblem = {
  readonly code:
    | 'request_malformed'
    | 'head_too_large'
    | 'target_malformed'
    | 'header_ambiguous'
    | 'http_version_not_supported'
    | 'transfer_coding_not_supported'
    | 'upgrade_not_supported'
    | 'expectation_not_supported'
  /** What is wrong, in public words, nothing of the bytes' secrets. */
  readonly detail: string
}

/** A head, where it ends in the bytes; or undefined while there are too few of them. */
export type ReadResult<Head> =
  | { readonly ok: true; readonly head: Head; readonly end: number }
  | { readonly ok: false; readonly problem: WireProblem }
  | undefined
