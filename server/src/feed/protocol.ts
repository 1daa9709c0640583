import { hash } from 'node:crypto'
import type { PolicyRecord } from '@stagedoor/core/policy-record.ts'

/** What a control plane and a gateway must agree on. Raised with every change of a message's meaning. */
export const PROTOCOL_VERSION = 1

/** What a control plane tells a gateway. Instants are epoch milliseconds of the control plane's clock. */
export type FeedMessage =
  /** A snapshot: this, `count` records, `snapshot_end`. `seq` is the newest change that is in it. */
  | { readonly kind: 'snapshot_begin'; readonly seq: number; readonly at: number; readonly count: number }
  | { readonly kind: 'record'; readonly record: PolicyRecord }
  | { readonly kind: 'snapshot_end'; readonly digest: string }
  /** The credential as it is now. Each `seq` is one more than the one before: a gap means that something was lost. */
  | { readonly kind: 'change'; readonly seq: number; readonly at: number; readonly record: PolicyRecord }
  /** Every second on a stream of changes, however quiet. `seq` is the newest committed change. */
  | { readonly kind: 'heartbeat'; readonly seq: number; readonly at: number }
  /** The changes after the position asked for are not kept any more, or are too many: load the snapshot. */
  | { readonly kind: 'reload' }

/** What a gateway tells a control plane, every second and after each change that it has applied. */
export type Acknowledgement = {
  readonly nodeId: string
  /** Of one start of the program: tells two that were started over copies of one directory apart. */
  readonly instance: string
  readonly name: string
  /** Decided by since before this was sent. */
  readonly seq: number
  /** `policyDigest` of everything it decides by. */
  readonly digest: string
  /** Of the tenants and catalogs that it was configured with; control planes show where it differs from theirs. */
  readonly configDigest: string
}

/** The answer to an acknowledgement. The lease runs from now on. */
export type AcknowledgementAnswer = {
  readonly at: number
  /**
   * Everything that was committed when the acknowledgement was heard. It is a sign of contact only once the gateway decides by
   * this: one that hears answers and learns no changes knows no more than one that hears nothing.
   */
  readonly seq: number
  readonly leaseMs: number
}

/** One line of the wire, with its end: `<version> <checksum> <JSON>\n`. */
export function writeMessage(message: FeedMessage): string {
  const json = JSON.stringify(message)
  return `${PROTOCOL_VERSION} ${checksum(json)} ${json}\n`
}

export type ReadMessage =
  | { readonly ok: true; readonly message: FeedMessage }
  | { readonly ok: false; readonly why: 'version' | 'checksum' | 'malformed' }

/** Reads one line without its end. Never throws: what cannot be trusted is said to be so. */
export function readMessage(line: string): ReadMessage {
  const [, version, sum, json] = /^(\d+) ([0-9a-f]{16}) (\{.*\})$/s.exec(line) ?? []
  if (version === undefined || json === undefined) return { ok: false, why: 'malformed' }
  if (Number(version) !== PROTOCOL_VERSION) return { ok: false, why: 'version' }
  if (sum !== checksum(json)) return { ok: false, why: 'checksum' }
  try {
    // Whoever made the checksum over it is a control plane of this version.
    return { ok: true, message: JSON.parse(json) as FeedMessage }
  } catch {
    return { ok: false, why: 'malformed' }
  }
}

/** 64 bits: against what wires and disks do, not against people. Those need the node token and TLS. */
function checksum(text: string): string {
  return hash('sha256', text).slice(0, 16)
}
