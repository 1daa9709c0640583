import { OAuth2Client } from '@badgateway/oauth2-client'
import * as oauth4webapi from 'oauth4webapi'
import * as openid from 'openid-client'
// @ts-expect-error: the package has no types of its own.
import { ClientCredentials, ResourceOwnerPassword } from 'simple-oauth2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Stagedoor, startStagedoor } from './support/stagedoor.ts'
import { createTokenClient, PASSWORD, type TokenClient } from './support/token-client.ts'

// Clients that nobody here wrote go through the whole life of a credential.

type Pair = { readonly accessToken: string; readonly refreshToken: string }

type Library = {
  readonly signIn: () => Promise<string>
  /** Rejects where it is refused. */
  readonly refresh: (before: Pair) => Promise<Pair>
  readonly revoke: (pair: Pair) => Promise<void>
}

type Registered = { readonly issuer: string; readonly id: string; readonly secret: string }

const LIBRARIES: Readonly<Record<string, (registered: Registered) => Promise<Library>>> = {
  'openid-client': async ({ issuer, id, secret }) => {
    const config = await openid.discovery(new URL(issuer), id, undefined, openid.ClientSecretBasic(secret), {
      algorithm: 'oauth2',
      execute: [openid.allowInsecureRequests],
    })
    return {
      signIn: async () => (await openid.clientCredentialsGrant(config)).access_token,
      refresh: async ({ refreshToken }) => toPair(await openid.refreshTokenGrant(config, refreshToken)),
      revoke: async ({ refreshToken }) => await openid.tokenRevocation(config, refreshToken),
    }
  },
  oauth4webapi: async ({ issuer, id, secret }) => {
    const options = { [oauth4webapi.allowInsecureRequests]: true }
    const url = new URL(issuer)
    const discovered = await oauth4webapi.discoveryRequest(url, { ...options, algorithm: 'oauth2' })
    const server = await oauth4webapi.processDiscoveryResponse(url, discovered)
    const client = { client_id: id }
    const authentication = oauth4webapi.ClientSecretPost(secret)
    return {
      signIn: async () => {
        const answer = await oauth4webapi.clientCredentialsGrantRequest(
          server,
          client,
          authentication,
          {},
          options,
        )
        return (await oauth4webapi.processClientCredentialsResponse(server, client, answer)).access_token
      },
      refresh: async ({ refreshToken }) => {
        const answer = await oauth4webapi.refreshTokenGrantRequest(
          server,
          client,
          authentication,
          refreshToken,
          options,
        )
        return toPair(await oauth4webapi.processRefreshTokenResponse(server, client, answer))
      },
      revoke: async ({ refreshToken }) => {
        const answer = await oauth4webapi.revocationRequest(
          server,
          client,
          authentication,
          refreshToken,
          options,
        )
        await oauth4webapi.processRevocationResponse(answer)
      },
    }
  },
  'simple-oauth2': ({ issuer, id, secret }) => {
    const config = {
      client: { id, secret },
      auth: { tokenHost: issuer, tokenPath: '/oauth/token', revokePath: '/oauth/revoke' },
    }
    const toToken = ({ accessToken, refreshToken }: Pair) =>
      new ResourceOwnerPassword(config).createToken({
        access_token: accessToken,
        refresh_token: refreshToken,
      })
    return Promise.resolve({
      signIn: async () => (await new ClientCredentials(config).getToken({})).token.access_token,
      refresh: async (before) => toPair((await toToken(before).refresh()).token),
      revoke: async (pair) => await toToken(pair).revoke('refresh_token'),
    })
  },
  '@badgateway/oauth2-client': ({ issuer, id, secret }) => {
    const client = new OAuth2Client({
      server: issuer,
      clientId: id,
      clientSecret: secret,
      discoveryEndpoint: '/.well-known/oauth-authorization-server',
    })
    const toToken = ({ accessToken, refreshToken }: Pair) => ({ accessToken, refreshToken, expiresAt: null })
    return Promise.resolve({
      signIn: async () => (await client.clientCredentials()).accessToken,
      refresh: async (before) => {
        const { accessToken, refreshToken } = await client.refreshToken(toToken(before))
        return { accessToken, refreshToken: refreshToken ?? '' }
      },
      revoke: async (pair) => await client.revoke(toToken(pair), 'refresh_token'),
    })
  },
}

function toPair(answer: { readonly access_token: string; readonly refresh_token?: string }): Pair {
  return { accessToken: answer.access_token, refreshToken: answer.refresh_token ?? '' }
}

let door: Stagedoor
let client: TokenClient
beforeAll(async () => {
  door = await startStagedoor()
  client = createTokenClient(door)
})
afterAll(async () => await door?.stop())

/** simple-oauth2 takes no secrets beyond ASCII. */
const ASCII_PASSWORD = 'kettle & lantern: 100% +'

describe.each(Object.entries(LIBRARIES))('%s', (name, open) => {
  const secret = name === 'simple-oauth2' ? ASCII_PASSWORD : PASSWORD

  it('signs in, calls, refreshes three times, loses the family by reuse, rests, and revokes', async () => {
    const credential = await client.add(secret)
    const library = await open({ issuer: door.gatewayUrl, id: credential.id, secret })
    expect(await client.works(await library.signIn())).toBe(true)
    let pair: Pair = credential
    for (let round = 0; round < 3; round += 1) {
      pair = await library.refresh(pair)
      expect(await client.works(pair.accessToken)).toBe(true)
    }
    // The very first one again, three generations ago.
    await expect(library.refresh(credential)).rejects.toThrow()
    expect(await client.works(pair.accessToken)).toBe(false)
    await expect(library.refresh(pair)).rejects.toThrow()

    const second = await client.add(secret)
    const other = await open({ issuer: door.gatewayUrl, id: second.id, secret })
    await client.setActive(second.id, false)
    await expect(other.refresh(second)).rejects.toThrow()
    await expect(other.signIn()).rejects.toThrow()
    await client.setActive(second.id, true)
    const next = await other.refresh(second)
    expect(await client.works(next.accessToken)).toBe(true)
    await other.revoke(next)
    expect(await client.works(next.accessToken)).toBe(false)
    await expect(other.refresh(next)).rejects.toThrow()
  })
})
