import type { Acknowledgement, AcknowledgementAnswer, FeedMessage } from './protocol.ts'

/**
 * Until the answer to a snapshot begins. A control plane reads all of it from its database first, so that it is of one instant
 * and its count stands at the beginning: with 1,000,000 credentials that takes several seconds, and several times as many on a
 * machine that has other work. Who is given up before that is asked for everything again, and never learnt from. One that hangs
 * is waited for as long; its acknowledgements fail meanwhile, and nothing is taken for current.
 */
export const SNAPSHOT_BEGIN_MS = 60_000

/** Where a gateway learns what it decides by: its own process, or a control plane over HTTP. One suite tests both. */
export type ChangeSource = {
  /** `snapshot_begin`, the records, `snapshot_end`. Throws SourceError where it cannot be had or breaks off. */
  readonly snapshot: (signal: AbortSignal) => AsyncIterable<FeedMessage>
  /** Changes after this position, in order and without an end, with heartbeats in between; or `reload`. */
  readonly changes: (after: number, signal: AbortSignal) => AsyncIterable<FeedMessage>
  /** Rejects with SourceError where nobody has heard it. */
  readonly acknowledge: (acknowledgement: Acknowledgement) => Promise<AcknowledgementAnswer>
  /** The gateway stops: it gives its lease back. Never rejects. */
  readonly leave: (node: Pick<Acknowledgement, 'nodeId' | 'instance'>) => Promise<void>
}

/** The source cannot be reached, or said something that cannot be trusted. `code` says which. */
export class SourceError extends Error {
  readonly code: 'unreachable' | 'refused' | 'superseded' | 'protocol_version' | 'damaged'

  constructor(code: SourceError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'SourceError'
    this.code = code
  }
}
