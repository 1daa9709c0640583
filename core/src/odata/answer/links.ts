import { wrapNextLink } from '#odata/page-token/next-link.ts'

/** What a link in an answer is for. */
export type LinkKind = 'next' | 'delta' | 'context' | 'other'

/** Undefined: the member that holds the link is left out. */
export type RewriteUrl = (url: string, kind: LinkKind) => string | undefined

export type ServiceAddresses = {
  /** Where the upstream may say that it stands: absolute addresses of its service root, without slash at the end. */
  readonly upstreamRoots: readonly string[]
  /** Where callers see it: absolute or a path, without slash at the end. */
  readonly root: string
}

/**
 * An address inside the upstream's service as callers see it. Relative ones stay: the gateway's paths below the root are
 * the upstream's. Undefined for every other: foreign origins, other schemes, and what climbs out by dot segments.
 */
export function turnLink(url: string, { upstreamRoots, root }: ServiceAddresses): string | undefined {
  // A backslash is a slash to browsers; controls and blanks are taken away by some and not by others.
  if (/[^\x21-\u{10ffff}]|[\\\x7f-\xa0]/u.test(url)) return undefined
  const path = url.split(/[?#]/, 1)[0] ?? ''
  if (path.startsWith('/') || /^[A-Za-z][A-Za-z0-9+.-]*:/.test(path)) {
    for (const upstream of upstreamRoots) {
      const rest = restBelow(url, upstream)
      if (rest !== undefined) return hasDotSegment(rest) ? undefined : `${root}${rest}`
    }
    return undefined
  }
  return hasDotSegment(path.replace(/^(?:\.\.\/)+/, '')) ? undefined : url
}

/**
 * The links of the answers to one request. With `wrapToken` (of a restricted credential) tokens of next links are
 * wrapped, and delta links, which such a credential may not follow, are left out.
 */
export function createUrlRewriter(
  addresses: ServiceAddresses,
  wrapToken: ((token: string) => string) | undefined,
): RewriteUrl {
  return (url, kind) => {
    const turned = turnLink(url, addresses)
    if (!wrapToken) return turned ?? url
    if (turned === undefined || kind === 'delta') return undefined
    return kind === 'next' ? wrapNextLink(turned, wrapToken) : turned
  }
}

/** What stands behind the service root, undefined where the address is not below it. */
function restBelow(url: string, upstream: string): string | undefined {
  const { origin, path } = cutOrigin(upstream)
  const given = cutOrigin(url)
  const sameOrigin =
    given.origin === '' ||
    given.origin === origin ||
    (given.origin.startsWith('//') && origin.endsWith(given.origin))
  if (!sameOrigin || !given.path.startsWith(path)) return undefined
  const rest = given.path.slice(path.length)
  return rest === '' || /^[/?#]/.test(rest) ? rest : undefined
}

type Cut = { readonly origin: string; readonly path: string }

/** `https://Host:443/a?b` -> `https://host` and `/a?b`; a network-path reference has the origin `//host`. */
function cutOrigin(url: string): Cut {
  const found = /^((?:[A-Za-z][A-Za-z0-9+.-]*:)?\/\/)([^/?#]*)/.exec(url)
  if (!found) return { origin: '', path: url }
  const [whole, scheme = '', host = ''] = found
  const origin = `${scheme}${host}`.toLowerCase()
  const standard = origin.startsWith('http:') ? ':80' : ':443'
  return {
    origin: origin.endsWith(standard) ? origin.slice(0, -standard.length) : origin,
    path: url.slice(whole.length),
  }
}

function hasDotSegment(rest: string): boolean {
  const path = rest.split(/[?#]/, 1)[0] ?? ''
  return path.split('/').some((segment) => /^(?:\.|%2e){1,2}$/i.test(segment))
}
