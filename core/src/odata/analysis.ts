import type { Operation, TypeRef } from './model.ts'
import type { Position } from './position.ts'
import type { Found } from './touches.ts'

/** Why a request is not carried out. Nothing of it goes upstream. */
export type ODataProblem = {
  readonly ok: false
  readonly code: /** Not a request of OData: 400. */
    | 'odata_malformed'
    /** A name that the model does not have there: 400, whether or not the upstream knows it. */
    | 'odata_unknown_name'
    /** OData, but of a kind that is never forwarded, for nobody: 400. */
    | 'odata_not_supported'
    /** Beyond a stated limit: 400. */
    | 'odata_limit'
    /** A body in a form that is not read: 415. */
    | 'odata_body_type'
    /** The method is not one of this address: 405. */
    | 'odata_method'
  /** Public words: what is wrong and what was expected. Never the upstream's. */
  readonly problem: string
  readonly in: string
  /** Characters of the raw text that it is about. */
  readonly at: readonly [number, number]
  /** For `odata_limit`: the limit's name and value. */
  readonly limit?: { readonly name: string; readonly value: number }
  /** For `odata_method`: the methods that the address has. */
  readonly methods?: readonly string[]
  /** Which request of a batch it stands in: its id or its place, from 1. */
  readonly part?: string
}

/** What a request's answer holds. Guards of answers walk it along `position`. */
export type ResultShape = {
  readonly kind: 'entities' | 'value' | 'count' | 'media' | 'reference' | 'nothing'
  /** Undefined for primitive values, and where only the upstream knows. */
  readonly position: Position | undefined
}

/** What a request's body has to be. */
export type ExpectedBody =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'entity'
      readonly position: Position
      readonly change: 'insert' | 'update' | 'upsert'
    }
  /** PATCH of a collection: a delta. */
  | { readonly kind: 'delta'; readonly position: Position }
  /** A property's value. `position` is where a complex value stands, undefined for a primitive one. */
  | { readonly kind: 'property'; readonly type: TypeRef; readonly position: Position | undefined }
  /** `{"@odata.id": ...}`: a link to an entity of `position`. */
  | { readonly kind: 'reference'; readonly position: Position }
  /** Parameters of an action; several overloads where the address leaves it open. */
  | { readonly kind: 'parameters'; readonly operations: readonly Operation[] }
  /** The bytes of a stream. */
  | { readonly kind: 'media' }
  /** `text/plain` options of `/$query`; the analysis has read it and carries its canonical text. */
  | { readonly kind: 'query'; readonly text: string }
  | { readonly kind: 'batch' }
  /** Nobody has published what it is: of unknown reach, except for who may call everything. */
  | { readonly kind: 'undescribed' }

/** What a request for OData really asks for. */
export type Analysis = Found & {
  readonly ok: true
  readonly kind: 'resource' | 'metadata' | 'service_document' | 'batch'
  /** Upper case; HEAD stays HEAD and touches as GET. */
  readonly method: string
  /** Canonical path and query below the service root, starting with `/`: what goes upstream. */
  readonly target: string
  readonly body: ExpectedBody
  readonly result: ResultShape
  /** False where more than the text and the model decided it (a page token): not to be remembered by text. */
  readonly memorable: boolean
}

/** A request to be analysed. */
export type ODataRequest = {
  readonly method: string
  /** The raw request target behind the service root: ``, `/...` or `?...`. */
  readonly text: string
  /** Whether an If-Match stands in the head: then PATCH and PUT never insert. */
  readonly ifMatch: boolean
  /** Body of a request to `/$query`. */
  readonly queryBody?: string | undefined
  /**
   * In a batch: where the entity of an earlier request stands, by that request's id. `$<id>` as the first segment of
   * the path means it (Part 1, 11.7.4), and stays `$<id>` in the canonical target.
   */
  readonly references?: ReadonlyMap<string, Position> | undefined
}

/** What an analysis needs to know besides the model. */
export type AnalyseOptions = {
  /** Where the service stands for callers; absolute addresses in requests must begin so. */
  readonly roots: ServiceRoots
  /**
   * Opens a page token that the gateway made (`gw.`...): the upstream's own token and the endpoints of the query that
   * it goes on with. Undefined for any other text, which is then of unknown reach.
   */
  readonly openPageToken: (text: string) => OpenedPageToken | undefined
}

export type ServiceRoots = {
  /** `http://host:port`, lower case, without slash at the end. */
  readonly origins: readonly string[]
  /** Path of the service at the gateway, without slash at the end. */
  readonly mount: string
}

export type OpenedPageToken = { readonly token: string; readonly endpoints: readonly string[] }
