import type { ServiceRoots } from '#odata/analysis.ts'

/**
 * The address of a request in a batch as text behind the service root: `/Events?..`. It may be written absolute, with
 * the gateway's own origin; from the origin's root; or relative to the service (Part 1, 11.7.7.2). Undefined where it
 * is none of this service.
 */
export function behindRoot(address: string, { origins, mount }: ServiceRoots): string | undefined {
  const scheme = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/?#]*/.exec(address)
  if (scheme) {
    const origin = scheme[0].toLowerCase()
    return origins.includes(origin) ? behindMount(address.slice(origin.length), mount) : undefined
  }
  if (address.startsWith('//') || address === '' || address.startsWith('?')) return undefined
  if (address.startsWith('/')) return behindMount(address, mount)
  return `/${address}`
}

function behindMount(path: string, mount: string): string | undefined {
  if (!path.startsWith(mount)) return undefined
  const rest = path.slice(mount.length)
  return rest.startsWith('/') ? rest : undefined
}
