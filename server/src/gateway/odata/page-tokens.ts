import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { OpenedPageToken } from '@stagedoor/core/odata/analysis.ts'
import {
  type SignedPageToken,
  signedText,
  splitPageToken,
  wrapPageToken,
} from '@stagedoor/core/odata/page-token/page-token.ts'

/** Makes page tokens, and opens those that it has made, for this credential and this catalog alone. */
export type PageTokens = {
  /** Undefined for whatever was not made by `wrap` with the same ids. */
  readonly open: (credentialId: string, catalogId: string, text: string) => OpenedPageToken | undefined
  /** `endpoints`: keys of all that the query reads, in any order. `token`: the upstream's own. */
  readonly wrap: (
    credentialId: string,
    catalogId: string,
    endpoints: readonly string[],
    token: string,
  ) => string
}

const KEY_BYTES = 32
/** Another use of the server's secret has another purpose, so that no text signed for one is good for the other. */
const PURPOSE = 'stagedoor odata page tokens v1'

/** `secret` is the server's; page tokens are good as long as it stays. */
export function createPageTokens(secret: string): PageTokens {
  const key = Buffer.from(hkdfSync('sha256', secret, '', PURPOSE, KEY_BYTES))
  const sign = (signed: SignedPageToken) => createHmac('sha256', key).update(signedText(signed)).digest()
  return {
    open: (credentialId, catalogId, text) => {
      const parts = splitPageToken(text)
      if (!parts) return undefined
      const { endpoints, token } = parts
      const expected = sign({ credentialId, catalogId, endpoints, token })
      const given = Buffer.from(parts.mac, 'base64url')
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined
      // Node takes several spellings of the same bytes; a token has one.
      if (given.toString('base64url') !== parts.mac) return undefined
      return { token, endpoints }
    },
    wrap: (credentialId, catalogId, endpoints, token) => {
      const mac = sign({ credentialId, catalogId, endpoints, token }).toString('base64url')
      return wrapPageToken({ mac, endpoints, token })
    },
  }
}
