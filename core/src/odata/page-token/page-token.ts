import { fromBase64Url, toBase64Url } from './base64url.ts'

/**
 * What the gateway makes of an upstream's `$skiptoken`, because that one is opaque: it stands for a query which nobody
 * can read out of it, perhaps another credential's. The gateway's own carries the endpoints of that query, and a mac.
 */
export type PageToken = {
  /** Of `signedText`, in base64url. */
  readonly mac: string
  /** Keys (`GET Events`) of all that the query reads. */
  readonly endpoints: readonly string[]
  /** The upstream's own, decoded. */
  readonly token: string
}

/** What a page token belongs to. */
export type SignedPageToken = Omit<PageToken, 'mac'> & {
  readonly credentialId: string
  readonly catalogId: string
}

const KIND = 'gw'

/** `gw.<mac>.<endpoints>.<token>`, the last two in base64url: nothing in it needs percent-encoding. */
export function wrapPageToken({ mac, endpoints, token }: PageToken): string {
  return [KIND, mac, toBase64Url(sorted(endpoints).join('\n')), toBase64Url(token)].join('.')
}

/** The parts of a page token, undefined for any other text. Nothing is proven by that: the mac is still to be compared. */
export function splitPageToken(text: string): PageToken | undefined {
  const parts = text.split('.')
  const [kind, mac = '', encodedEndpoints = '', encodedToken = ''] = parts
  if (kind !== KIND || parts.length !== 4 || !/^[A-Za-z0-9_-]+$/.test(mac)) return undefined
  const endpoints = fromBase64Url(encodedEndpoints)
  const token = fromBase64Url(encodedToken)
  if (endpoints === undefined || token === undefined) return undefined
  return { mac, endpoints: endpoints === '' ? [] : endpoints.split('\n'), token }
}

/** What the mac is made over. Each part with its length, so that no two tokens have the same text. */
export function signedText({ credentialId, catalogId, endpoints, token }: SignedPageToken): string {
  const parts = [credentialId, catalogId, ...sorted(endpoints), token]
  return [String(parts.length), ...parts.map((part) => `${part.length}:${part}`)].join('\n')
}

function sorted(endpoints: readonly string[]): readonly string[] {
  return [...new Set(endpoints)].toSorted()
}
