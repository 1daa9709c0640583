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
  /** When it was heard: a gateway that begins again from its files counts from then, as receipts do, and not from later. */
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
  return writeChecked(message)
}

/** The same of anything else that is kept in such lines. */
export function writeChecked(value: object): string {
  const json = JSON.stringify(value)
  return `${PROTOCOL_VERSION} ${checksum(json)} ${json}\n`
}

type Unreadable = { readonly ok: false; readonly why: 'version' | 'checksum' | 'malformed' }

export type ReadMessage = { readonly ok: true; readonly message: FeedMessage } | Unreadable

/** Reads one line without its end. Never throws: what cannot be trusted is said to be so. */
export function readMessage(line: string): ReadMessage {
  const read = readChecked(line)
  // Whoever made the checksum over it is a control plane of this version.
  return read.ok ? { ok: true, message: read.value as FeedMessage } : read
}

/** The same of anything else that is kept in such lines: an object, of which nothing more is known. */
export function readChecked(
  line: string,
): { readonly ok: true; readonly value: Readonly<Record<string, unknown>> } | Unreadable {
  const [, version, sum, json] = /^(\d+) ([0-9a-f]{16}) (\{.*\})$/s.exec(line) ?? []
  if (version === undefined || json === undefined) return { ok: false, why: 'malformed' }
  if (Number(version) !== PROTOCOL_VERSION) return { ok: false, why: 'version' }
  if (sum !== checksum(json)) return { ok: false, why: 'checksum' }
  try {
    return { ok: true, value: JSON.parse(json) as Readonly<Record<string, unknown>> }
  } catch {
    return { ok: false, why: 'malformed' }
  }
}

/** 64 bits: against what wires and disks do, not against people. Those need the node token and TLS. */
function checksum(text: string): string {
  return hash('sha256', text).slice(0, 16)
}
