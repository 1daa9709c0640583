import type { Matcher } from '@stagedoor/core/catalog/matcher.ts'
import type {
  Analysis,
  ODataProblem,
  ODataRequest,
  OpenedPageToken,
  ServiceRoots,
} from '@stagedoor/core/odata/analysis.ts'
import type { Model } from '@stagedoor/core/odata/model.ts'
import { createAnalyser } from '@stagedoor/core/odata/request/create-analyser.ts'
import { createDescriptions, type Descriptions } from './descriptions.ts'
import type { PageTokens } from './page-tokens.ts'
import { createRoom, type Room } from './room.ts'

/** An OData service, made ready for its calls. */
export type ODataService = {
  readonly matcher: Matcher
  readonly model: Model
  readonly roots: ServiceRoots
  readonly analyse: (
    request: ODataRequest,
    openPageToken: (text: string) => OpenedPageToken | undefined,
  ) => Analysis | ODataProblem
  readonly descriptions: Descriptions
}

export type ODataServices = {
  readonly of: (matcher: Matcher) => ODataService
  readonly pageTokens: PageTokens
  readonly room: Room
  /** Where callers reach the gateway, as the settings say; undefined where they do not. */
  readonly publicOrigin: string | undefined
}

export type ODataServicesOptions = {
  /** Addresses at which this gateway may be named: `http://127.0.0.1:8080`. Asked for with the first call. */
  readonly origins: () => readonly string[]
  readonly publicOrigin: string | undefined
  readonly pageTokens: PageTokens
}

/** Of all calls together, and of one credential's. */
const ROOM = { bytesMax: 256 * 1024 * 1024, shareMax: 64 * 1024 * 1024 }

/** Makes each service ready with its first call. */
export function createODataServices({
  origins,
  publicOrigin,
  pageTokens,
}: ODataServicesOptions): ODataServices {
  const made = new Map<Matcher, ODataService>()
  return {
    of: (matcher) => {
      const service = made.get(matcher) ?? createService(matcher, origins())
      made.set(matcher, service)
      return service
    },
    pageTokens,
    room: createRoom(ROOM),
    publicOrigin,
  }
}

function createService(matcher: Matcher, origins: readonly string[]): ODataService {
  const { id, mount, odata } = matcher.catalog
  if (!odata) throw new TypeError(`the catalog ${id} has no model of OData`)
  const roots = { origins: origins.map((origin) => origin.toLowerCase()), mount }
  return {
    matcher,
    model: odata.model,
    roots,
    analyse: createAnalyser(odata.model, { roots }).analyse,
    descriptions: createDescriptions(matcher, odata),
  }
}
