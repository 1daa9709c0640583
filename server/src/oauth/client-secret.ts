import type { ClientSecret } from '#tokens/authenticate-client.ts'
import type { Form } from './read-form.ts'

/** How a client presented itself. */
export type PresentedClient =
  | { readonly kind: 'none' }
  /** `encoded` and, where that reads differently, as it stands: many clients forget to encode (RFC 6749 2.3.1). */
  | { readonly kind: 'basic'; readonly readings: readonly ClientSecret[] }
  | { readonly kind: 'body'; readonly readings: readonly ClientSecret[] }
  | { readonly kind: 'malformed'; readonly description: string }

/** Reads the client's id and secret from the header or the body. Both at once is one too many (RFC 6749 2.3). */
export function readClientSecret(authorization: string | undefined, form: Form): PresentedClient {
  const secret = form.get('client_secret')
  const clientId = form.get('client_id')
  if (authorization !== undefined) {
    if (secret !== undefined) return { kind: 'malformed', description: 'Two ways to authenticate at once.' }
    const readings = readBasic(authorization)
    if (readings.length === 0) return { kind: 'basic', readings }
    const named = readings.filter((reading) => clientId === undefined || clientId === reading.clientId)
    return named.length === 0
      ? { kind: 'malformed', description: 'The header names another client than the body.' }
      : { kind: 'basic', readings: named }
  }
  if (secret === undefined) return { kind: 'none' }
  if (clientId === undefined) return { kind: 'malformed', description: 'client_secret needs client_id.' }
  return { kind: 'body', readings: [{ clientId, secret }] }
}

function readBasic(header: string): readonly ClientSecret[] {
  const encoded = /^Basic +([A-Za-z0-9+/]+={0,2})$/i.exec(header)?.[1]
  if (encoded === undefined) return []
  const bytes = Buffer.from(encoded, 'base64')
  // Many clients still write Latin-1 there, whatever the challenge says (RFC 7617 2.1).
  const text = decodeUtf8(bytes) ?? bytes.toString('latin1')
  const at = text.indexOf(':')
  if (at < 0) return []
  const raw = { clientId: text.slice(0, at), secret: text.slice(at + 1) }
  const clientId = decodeForm(raw.clientId)
  const secret = decodeForm(raw.secret)
  if (clientId === undefined || secret === undefined) return [raw]
  const isSame = clientId === raw.clientId && secret === raw.secret
  return isSame ? [raw] : [{ clientId, secret }, raw]
}

function decodeForm(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}
