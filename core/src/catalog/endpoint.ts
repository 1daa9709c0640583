import type { CsdlDocument } from '#odata/csdl/csdl-document.ts'
import type { Model } from '#odata/model.ts'

/** HTTP methods that an endpoint may have. HEAD is decided as GET (RFC 9110 9.3.2), so it is not one of them. */
export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
export type Method = (typeof METHODS)[number]

/** Whether calling it can change something upstream. Not the same as the method: Elite searches by POST. */
export type Effect = 'read' | 'write'

/** One operation of a published API: what an operator ticks and what a decision names. */
export type Endpoint = {
  /** Stable across new versions of the document: `<catalog>:<METHOD>:<path with {} for parameters>`. */
  readonly id: string
  readonly catalog: string
  /** The API's own name for it, for example `GetEventList`. Not unique: some APIs reuse names. */
  readonly operation: string
  readonly method: Method
  /** Path template as called at the gateway, mount included: `/enterprise/connect/api/Events/{OrgCode}`. */
  readonly path: string
  readonly title: string
  readonly resource: string
  readonly effect: Effect
  /** Licence level that the vendor asks for, where the document states it. */
  readonly licenceTier?: string
  /** True where the endpoint's existence is inferred and no document or observed call names it. */
  readonly inferred?: true
  /** True where it answers or takes data about people, as the document says. */
  readonly personalData?: true
}

/**
 * One way to address an endpoint. Most have one. `GET /Countries/{OrgCode}?code=US` and
 * `GET /Countries/{OrgCode}/US` are two forms of GetCountry.
 */
export type EndpointForm = {
  readonly endpoint: Endpoint
  /** Path template below the catalog's mount, starting with `/`. */
  readonly template: string
  /** Query parameters that must all be present, with a value, for this form to be meant. */
  readonly query: readonly string[]
  /** What goes between the upstream's base URL and the path: `/api/v1`, or empty. */
  readonly upstreamPrefix: string
}

/** What a catalog's API tolerates in a path. The gateway forwards the catalog's own spelling in every case. */
export type PathRules = {
  readonly caseSensitive: boolean
  /** Accept `/Organizations/` for `/Organizations`, as live clients of Enterprise send it. */
  readonly trailingSlashTolerated: boolean
}

/** The published endpoints of one API, and how its requests are told apart. */
export type Catalog = {
  readonly id: string
  readonly title: string
  readonly kind: 'openapi' | 'odata'
  /** Path prefix at the gateway, without trailing slash: `/enterprise/connect/api`. */
  readonly mount: string
  readonly rules: PathRules
  readonly endpoints: readonly Endpoint[]
  /** None for OData, whose requests are told by what they reach. */
  readonly forms: readonly EndpointForm[]
  /** What an OData service publishes of itself; there for every catalog of kind `odata` that was read from a document. */
  readonly odata?: ODataCatalog
}

/** An OData service as published, made ready once when its document is read. */
export type ODataCatalog = {
  readonly model: Model
  /** The document, in the shape of CSDL JSON 4.01: what is published to callers is filtered from it. */
  readonly document: CsdlDocument
  /** Keys as touches name endpoints (`GET Events`) -> ids of endpoints. A key that is not in it is granted to nobody. */
  readonly endpointIds: ReadonlyMap<string, string>
}
