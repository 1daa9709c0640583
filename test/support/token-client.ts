import { expect } from 'vitest'
import type { Answer, Stagedoor } from './stagedoor.ts'

export const CREDENTIALS = '/api/v1/tenants/tnt_harbourview/credentials'
export const EVENTS = '/enterprise/connect/api/Events/10?search=All'
export const PASSWORD = 'kettle & lantern: 100% ü+'
export const EMAIL = 'api+events@harbourview.example'

type Headers = Readonly<Record<string, string>>
export type AddedPair = {
  readonly id: string
  readonly email: string
  readonly accessToken: string
  readonly refreshToken: string
}

/** A partner's program at the token endpoints, written by hand. */
export type TokenClient = {
  readonly ask: (path: string, parameters: Headers | string, headers?: Headers) => Promise<Answer>
  /** A new OAuth credential, with its first pair. */
  readonly add: (password?: string) => Promise<AddedPair>
  readonly refresh: (refreshToken: string, more?: Headers) => Promise<Answer>
  /** Whether a call with this access token is let through. */
  readonly works: (accessToken: string) => Promise<boolean>
  readonly setActive: (id: string, active: boolean) => Promise<void>
}

let added = 0

export function createTokenClient(door: Stagedoor): TokenClient {
  const ask: TokenClient['ask'] = async (path, parameters, headers = {}) =>
    await door.call(path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: typeof parameters === 'string' ? parameters : new URLSearchParams(parameters).toString(),
    })
  return {
    ask,
    add: async (password = PASSWORD) => {
      added += 1
      const email = `${added}.${EMAIL}`
      const { json } = await door.admin('POST', CREDENTIALS, {
        title: `OAuth ${added}`,
        authenticationMethod: 'oauth',
        email,
        password,
      })
      const { accessToken, refreshToken } = json.secrets
      return {
        id: json.credential.id,
        email,
        accessToken: accessToken.value,
        refreshToken: refreshToken.value,
      }
    },
    refresh: async (refreshToken, more = {}) =>
      await ask('/oauth/token', { grant_type: 'refresh_token', refresh_token: refreshToken, ...more }),
    works: async (accessToken) => (await door.call(EVENTS, { token: accessToken })).status === 200,
    setActive: async (id, active) => {
      const { status } = await door.admin('PATCH', `${CREDENTIALS}/${id}`, { active }, { 'if-match': '*' })
      expect(status).toBe(200)
    },
  }
}

/** RFC 6749 2.3.1; `encode` may be left out, as many clients do. */
export function basic(
  id: string,
  secret: string,
  encode: (text: string) => string = encodeURIComponent,
): Headers {
  return { authorization: `Basic ${Buffer.from(`${encode(id)}:${encode(secret)}`).toString('base64')}` }
}

/** An error of RFC 6749 5.2, in its alphabet, for no cache. */
export function expectError(answer: Answer, status: number, error: string): void {
  expect([answer.status, answer.json.error], answer.text).toEqual([status, error])
  expect(Object.keys(answer.json)).toEqual(['error', 'error_description'])
  expect(answer.json.error_description).toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/)
  expect(answer.headers.get('cache-control')).toBe('no-store')
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/)
}
