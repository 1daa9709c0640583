import type { ServiceAddresses } from '@stagedoor/core/odata/answer/links.ts'
import type { Upstream } from '#gateway/upstream.ts'
import { fieldNumber } from '#gateway/wire/field-names.ts'
import { valueOf } from '#gateway/wire/field-section.ts'
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
  const host = hostOf(deps, call)
  const root = rootOf({ deps, call, service })
  return {
    host,
    addresses: { upstreamRoots: [`${origin}${basePath}`, root, `${schemeOf(call)}://${host}${mount}`], root },
  }
}

const HOST = fieldNumber('host')

/** The service's address for the caller: without a public one in the settings, the one where the caller has found it. */
export function rootOf({ deps, call, service }: Pick<Desk, 'deps' | 'call' | 'service'>): string {
  return `${deps.odata.publicOrigin ?? `${schemeOf(call)}://${hostOf(deps, call)}`}${service.matcher.catalog.mount}`
}

function schemeOf({ request }: Desk['call']): string {
  return request.isSecure ? 'https' : 'http'
}

function hostOf({ odata }: Desk['deps'], { request }: Desk['call']): string {
  return odata.publicOrigin === undefined
    ? (valueOf(request.fields, HOST) ?? '')
    : new URL(odata.publicOrigin).host
}
