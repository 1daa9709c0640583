import type { AnalyseOptions, Analysis } from '#odata/analysis.ts'
import type { Model } from '#odata/model.ts'
import type { Position } from '#odata/position.ts'
import type { Found } from '#odata/touches.ts'
import type { Headers } from './headers.ts'

export type BatchOptions = AnalyseOptions & {
  /** For the multipart body that is written: new for every batch, not to be guessed, 1 to 40 letters and digits. */
  readonly boundary: string
  /** `Authorization` of the batch itself. Clients repeat it in each request, where the same says nothing new. */
  readonly authorization?: string | undefined
}

/** A batch as it came. Content codings have been undone. */
export type BatchBody = { readonly bytes: Uint8Array; readonly contentType: string | undefined }

/** One request of a batch. Touches and unknown reach of its address, its body and its headers, together. */
export type BatchPart = Found & {
  /** As the request gives it; undefined where a multipart request has none. */
  readonly id: string | undefined
  /** Its place in the batch, from 1. Change sets are not counted, their requests are. */
  readonly number: number
  /** The change set or atomicity group that it belongs to. */
  readonly group: string | undefined
  readonly analysis: Analysis
}

/** A batch that was understood as a whole, and what goes upstream in its stead. */
export type AnalysedBatch = {
  readonly ok: true
  readonly format: 'multipart' | 'json'
  readonly parts: readonly BatchPart[]
  readonly contentType: string
  readonly bytes: Uint8Array
}

/** A request as it stands in a batch, in either format, not yet understood. */
export type BatchRequest = {
  readonly id: string | undefined
  readonly group: string | undefined
  readonly method: string
  readonly address: string
  readonly headers: Headers
  /** Without the blanks around it; empty where there is none. In a JSON batch the raw JSON value. */
  readonly body: Uint8Array
}

/** A request as it goes upstream. */
export type WrittenRequest = {
  readonly part: BatchPart
  /** Relative to the service: `Events(1)`, `$1/Bookings`. */
  readonly address: string
  readonly headers: Headers
  readonly body: Uint8Array
  /** Ids of the earlier requests that it names. */
  readonly needs: readonly string[]
}

/** What has been read of a batch so far. */
export type BatchWalk = {
  readonly format: AnalysedBatch['format']
  readonly model: Model
  readonly options: BatchOptions
  readonly written: WrittenRequest[]
  /** Every id so far, those of closed groups included. */
  readonly ids: Set<string>
  /** Where the entities of earlier requests stand, by id. */
  readonly references: Map<string, Position>
}
