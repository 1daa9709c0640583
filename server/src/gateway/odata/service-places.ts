import type { ServiceAddresses } from '@stagedoor/core/odata/answer/links.ts'
import type { Upstream } from '#gateway/upstream.ts'
import type { Desk } from './desk.ts'

export type Places = {
  /** How the gateway calls itself towards the upstream, and in links: `api.example.org`. */
  readonly host: string
  readonly addresses: ServiceAddresses
}

/**
 * Where a service stands for the caller, and where its upstream may say that it stands: at its own address, or at the one
 * that the gateway has told it in `X-Forwarded-...`.
 */
export function placesOf({ deps, call, service }: Desk, { origin, basePath }: Upstream): Places {
  const { mount } = service.matcher.catalog
  const { publicOrigin } = deps.odata
  const host = publicOrigin === undefined ? (call.request.headers.host ?? '') : new URL(publicOrigin).host
  // Without a public address in the settings the gateway is where the caller has found it.
  const root = `${publicOrigin ?? `http://${host}`}${mount}`
  return {
    host,
    addresses: { upstreamRoots: [`${origin}${basePath}`, root, `http://${host}${mount}`], root },
  }
}
