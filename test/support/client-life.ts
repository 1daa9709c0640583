import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { Stagedoor } from './stagedoor.ts'
import { EVENTS, PASSWORD, type TokenClient } from './token-client.ts'

// The life of an OAuth credential, as every client that nobody here wrote has to get through it.

export type Pair = { readonly accessToken: string; readonly refreshToken: string }

/** What a client is given when its credential was added. */
export type Registered = {
  readonly issuer: string
  readonly id: string
  readonly email: string
  readonly secret: string
}

/** A client library behind one face. Everything rejects where it is refused. */
export type ClientLibrary = {
  readonly signIn: () => Promise<string>
  readonly refresh: (before: Pair) => Promise<Pair>
  readonly revoke: (pair: Pair) => Promise<void>
  /** Status of a call to this address, for libraries that make calls themselves. */
  readonly call?: (accessToken: string, url: string) => Promise<number>
  /** Whether a token is active, for libraries that speak RFC 7662. */
  readonly introspect?: (token: string) => Promise<boolean>
  /** What it has found, for libraries that speak RFC 8414. */
  readonly endpoints?: () => Promise<Endpoints>
}

type Endpoints = {
  readonly token: string | undefined
  readonly revocation: string | undefined
  readonly introspection: string | undefined
}

/** A client, and the password of its credentials. */
export type TestedClient = {
  readonly open: (registered: Registered) => Promise<ClientLibrary>
  readonly secret?: string
}

export type World = { readonly door: Stagedoor; readonly client: TokenClient }

/** Simple clients take, or spell, no secrets beyond ASCII. */
export const ASCII_PASSWORD = 'kettle & lantern: 100% +'

/** Every library has its own kind of error; somewhere in it stands the code of RFC 6749 5.2. */
async function expectRefused(attempt: Promise<unknown>, code: string): Promise<void> {
  const outcome = await attempt.then(
    () => 'it was let through',
    (error: unknown) => inspect(error, { depth: 8 }),
  )
  expect(outcome).toContain(code)
}

type Added = { readonly library: ClientLibrary; readonly pair: Pair; readonly id: string }

/** A new credential, and the client that was given it. */
async function addFor(tested: TestedClient, { door, client }: World): Promise<Added> {
  const secret = tested.secret ?? PASSWORD
  const { id, email, ...pair } = await client.add(secret)
  return { library: await tested.open({ issuer: door.gatewayUrl, id, email, secret }), pair, id }
}

/** The life of a credential in the hands of this client. `world` is looked at when the tests run. */
export function describeLife(name: string, tested: TestedClient, world: () => World): void {
  const status = async ({ call }: ClientLibrary, accessToken: string): Promise<number> =>
    call
      ? await call(accessToken, world().door.gatewayUrl + EVENTS)
      : (await world().door.call(EVENTS, { token: accessToken })).status

  describe.each([name])('%s', () => {
    it('signs in, calls, refreshes three times, and loses the family by reuse', async () => {
      const { library, pair: first } = await addFor(tested, world())
      expect(await status(library, first.accessToken)).toBe(200)
      expect(await status(library, await library.signIn())).toBe(200)
      let pair = first
      for (let round = 0; round < 3; round += 1) {
        const next = await library.refresh(pair)
        expect(next.refreshToken).not.toBe(pair.refreshToken)
        pair = next
        expect(await status(library, pair.accessToken)).toBe(200)
      }
      // The very first one again, three generations ago.
      await expectRefused(library.refresh(first), 'invalid_grant')
      expect(await status(library, pair.accessToken)).toBe(401)
      await expectRefused(library.refresh(pair), 'invalid_grant')
    })

    it('is refused while the credential rests, works again afterwards, and ends its tokens', async () => {
      const { client } = world()
      const { library, pair, id } = await addFor(tested, world())
      const signedIn = await library.signIn()
      await client.setActive(id, false)
      for (const accessToken of [pair.accessToken, signedIn])
        expect(await status(library, accessToken)).toBe(401)
      await expectRefused(library.refresh(pair), 'invalid_grant')
      await expectRefused(library.signIn(), 'unauthorized_client')
      await client.setActive(id, true)
      for (const accessToken of [pair.accessToken, signedIn, await library.signIn()])
        expect(await status(library, accessToken)).toBe(200)
      const next = await library.refresh(pair)
      expect(await status(library, next.accessToken)).toBe(200)
      await library.revoke(next)
      expect(await status(library, next.accessToken)).toBe(401)
      await expectRefused(library.refresh(next), 'invalid_grant')
    })
  })
}

/** RFC 7662, asked by the credential itself. */
export function describeIntrospection(name: string, tested: TestedClient, world: () => World): void {
  describe.each([name])('%s', () => {
    it('asks about its own tokens, and learns nothing about those of others', async () => {
      const { client } = world()
      const { library, pair, id } = await addFor(tested, world())
      const { pair: foreign } = await addFor(tested, world())
      const answers = async (...tokens: readonly string[]): Promise<readonly unknown[]> =>
        await Promise.all(tokens.map(async (token) => await library.introspect?.(token)))
      expect(await answers(pair.accessToken, pair.refreshToken)).toEqual([true, true])
      const unknown = [foreign.accessToken, foreign.refreshToken, 'sd_acc_unknown']
      expect(await answers(...unknown)).toEqual([false, false, false])
      const next = await library.refresh(pair)
      expect(await answers(pair.refreshToken, next.refreshToken)).toEqual([false, true])
      await client.setActive(id, false)
      expect(await answers(next.accessToken)).toEqual([false])
      await client.setActive(id, true)
      expect(await answers(next.accessToken)).toEqual([true])
      await library.revoke(next)
      expect(await answers(next.accessToken, next.refreshToken)).toEqual([false, false])
    })
  })
}

/** RFC 8414: given the issuer alone. */
export function describeDiscovery(name: string, tested: TestedClient, world: () => World): void {
  describe.each([name])('%s', () => {
    it('finds the endpoints by itself', async () => {
      const { library } = await addFor(tested, world())
      const { gatewayUrl } = world().door
      expect(await library.endpoints?.()).toEqual({
        token: `${gatewayUrl}/oauth/token`,
        revocation: `${gatewayUrl}/oauth/revoke`,
        introspection: `${gatewayUrl}/oauth/introspect`,
      })
    })
  })
}
