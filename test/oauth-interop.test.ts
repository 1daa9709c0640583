import { OAuth2Client } from '@badgateway/oauth2-client'
import * as oauth4webapi from 'oauth4webapi'
import * as openid from 'openid-client'
// @ts-expect-error: the package has no types of its own.
import { ClientCredentials, ResourceOwnerPassword } from 'simple-oauth2'
import { afterAll, beforeAll } from 'vitest'
import {
  ASCII_PASSWORD,
  type ClientLibrary,
  describeDiscovery,
  describeIntrospection,
  describeLife,
  type Pair,
  type Registered,
  type World,
} from './support/client-life.ts'
import { type Stagedoor, startStagedoor } from './support/stagedoor.ts'
import { createTokenClient, type TokenClient } from './support/token-client.ts'

// Libraries of npm that nobody here wrote go through the whole life of a credential. Those of Debian are in interop/.

const OPENID_CLIENT = { open: openOpenidClient }
const OAUTH4WEBAPI = { open: openOauth4webapi }
const SIMPLE_OAUTH2 = { open: openSimpleOauth2, secret: ASCII_PASSWORD }
const BADGATEWAY = { open: openBadgateway }

async function openOpenidClient({ issuer, id, secret }: Registered): Promise<ClientLibrary> {
  const config = await openid.discovery(new URL(issuer), id, undefined, openid.ClientSecretBasic(secret), {
    algorithm: 'oauth2',
    execute: [openid.allowInsecureRequests],
  })
  return {
    signIn: async () => (await openid.clientCredentialsGrant(config)).access_token,
    refresh: async ({ refreshToken }) => toPair(await openid.refreshTokenGrant(config, refreshToken)),
    revoke: async ({ refreshToken }) => await openid.tokenRevocation(config, refreshToken),
    call: async (accessToken, url) =>
      await statusOf(openid.fetchProtectedResource(config, accessToken, new URL(url), 'GET')),
    introspect: async (token) => (await openid.tokenIntrospection(config, token)).active,
    endpoints: () => Promise.resolve(toEndpoints(config.serverMetadata())),
  }
}

async function openOauth4webapi({ issuer, id, secret }: Registered): Promise<ClientLibrary> {
  const web = oauth4webapi
  const options = { [web.allowInsecureRequests]: true }
  const url = new URL(issuer)
  const discovered = await web.discoveryRequest(url, { ...options, algorithm: 'oauth2' })
  const server = await web.processDiscoveryResponse(url, discovered)
  const client = { client_id: id }
  const authentication = web.ClientSecretPost(secret)
  return {
    signIn: async () => {
      const answer = await web.clientCredentialsGrantRequest(server, client, authentication, {}, options)
      return (await web.processClientCredentialsResponse(server, client, answer)).access_token
    },
    refresh: async ({ refreshToken }) => {
      const answer = await web.refreshTokenGrantRequest(server, client, authentication, refreshToken, options)
      return toPair(await web.processRefreshTokenResponse(server, client, answer))
    },
    revoke: async ({ refreshToken }) => {
      const answer = await web.revocationRequest(server, client, authentication, refreshToken, options)
      await web.processRevocationResponse(answer)
    },
    call: async (accessToken, address) =>
      await statusOf(
        web.protectedResourceRequest(accessToken, 'GET', new URL(address), undefined, undefined, options),
      ),
    introspect: async (token) => {
      const answer = await web.introspectionRequest(server, client, authentication, token, options)
      return (await web.processIntrospectionResponse(server, client, answer)).active
    },
    endpoints: () => Promise.resolve(toEndpoints(server)),
  }
}

function openSimpleOauth2({ issuer, id, secret }: Registered): Promise<ClientLibrary> {
  const config = {
    client: { id, secret },
    auth: { tokenHost: issuer, tokenPath: '/oauth/token', revokePath: '/oauth/revoke' },
  }
  const toToken = ({ accessToken, refreshToken }: Pair) =>
    new ResourceOwnerPassword(config).createToken({ access_token: accessToken, refresh_token: refreshToken })
  return Promise.resolve({
    signIn: async () => (await new ClientCredentials(config).getToken({})).token.access_token,
    refresh: async (before) => toPair((await toToken(before).refresh()).token),
    revoke: async (pair) => await toToken(pair).revoke('refresh_token'),
  })
}

function openBadgateway({ issuer, id, secret }: Registered): Promise<ClientLibrary> {
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
    introspect: async (token) =>
      (await client.introspect(toToken({ accessToken: token, refreshToken: '' }))).active,
    endpoints: async () => ({
      token: await client.getEndpoint('tokenEndpoint'),
      revocation: await client.getEndpoint('revocationEndpoint'),
      introspection: await client.getEndpoint('introspectionEndpoint'),
    }),
  })
}

function toPair(answer: { readonly access_token: string; readonly refresh_token?: string }): Pair {
  return { accessToken: answer.access_token, refreshToken: answer.refresh_token ?? '' }
}

function toEndpoints(metadata: {
  readonly token_endpoint?: string
  readonly revocation_endpoint?: string
  readonly introspection_endpoint?: string
}): Awaited<ReturnType<NonNullable<ClientLibrary['endpoints']>>> {
  return {
    token: metadata.token_endpoint,
    revocation: metadata.revocation_endpoint,
    introspection: metadata.introspection_endpoint,
  }
}

/** The status of a call. These libraries throw where the answer has a challenge (RFC 6750 3), and have parsed it. */
async function statusOf(call: Promise<Response>): Promise<number> {
  try {
    return (await call).status
  } catch (error) {
    const challenge = error instanceof openid.WWWAuthenticateChallengeError
    if (!challenge && !(error instanceof oauth4webapi.WWWAuthenticateChallengeError)) throw error
    return error.cause[0]?.parameters.error === 'invalid_token' ? error.status : 0
  }
}

let door: Stagedoor
let client: TokenClient
beforeAll(async () => {
  door = await startStagedoor()
  client = createTokenClient(door)
})
afterAll(async () => await door?.stop())

const world = (): World => ({ door, client })
describeLife('openid-client', OPENID_CLIENT, world)
describeLife('oauth4webapi', OAUTH4WEBAPI, world)
describeLife('simple-oauth2', SIMPLE_OAUTH2, world)
describeLife('@badgateway/oauth2-client', BADGATEWAY, world)
describeIntrospection('openid-client', OPENID_CLIENT, world)
describeIntrospection('oauth4webapi', OAUTH4WEBAPI, world)
describeIntrospection('@badgateway/oauth2-client', BADGATEWAY, world)
describeDiscovery('openid-client', OPENID_CLIENT, world)
describeDiscovery('oauth4webapi', OAUTH4WEBAPI, world)
describeDiscovery('@badgateway/oauth2-client', BADGATEWAY, world)
