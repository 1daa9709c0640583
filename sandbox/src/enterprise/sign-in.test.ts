import { describe, expect, it } from 'vitest'
import { claimsAt, createClient, signJwt } from '#testing/client.ts'

const client = createClient()
const now = client.clock.milliseconds
const seconds = now / 1000
const claims = claimsAt(now)

function spaces(authorization: string | undefined): Promise<Response> {
  const headers = authorization === undefined ? {} : { Authorization: authorization }
  return client.call('/enterprise/api/v1/Spaces/10?search=All', { headers })
}

describe('sign-in to Enterprise', () => {
  it('takes a token that the API user has signed, also on behalf of a user', async () => {
    expect((await spaces(`Bearer ${signJwt(claims)}`)).status).toBe(200)
    expect((await spaces(`bearer ${signJwt({ ...claims, nbf: seconds, sub: 'MLIND' })}`)).status).toBe(200)
    expect((await spaces(`Bearer ${signJwt({ ...claims, exp: seconds + 3600 })}`)).status).toBe(200)
  })

  it.each([
    ['nothing', undefined, 'required'],
    ['Basic', 'Basic YTpi', 'required'],
    ['a token of the gateway', 'Bearer sd_api_abc', 'not a JWT'],
    ['another Secret', `Bearer ${signJwt(claims, { secret: 'guess' })}`, 'signature'],
    ['alg none', `Bearer ${signJwt(claims, { alg: 'none' })}`, 'HS256'],
    ['no signature', `Bearer ${signJwt(claims).replace(/[^.]*$/, '')}`, 'signature'],
    ['claims that are no object', `Bearer ${signJwt([1])}`, 'claims'],
    ['another issuer', `Bearer ${signJwt({ ...claims, iss: 'SOMEBODY' })}`, 'iss'],
    ['another Key', `Bearer ${signJwt({ ...claims, key: 'x' })}`, 'key'],
    ['no iat', `Bearer ${signJwt({ ...claims, iat: undefined })}`, 'iat'],
    ['no exp', `Bearer ${signJwt({ ...claims, exp: undefined })}`, 'exp'],
    ['an expired token', `Bearer ${signJwt({ ...claims, exp: seconds })}`, 'expired'],
    ['a life over an hour', `Bearer ${signJwt({ ...claims, exp: seconds + 3601 })}`, 'one hour'],
    ['a token for later', `Bearer ${signJwt({ ...claims, nbf: seconds + 1 })}`, 'not valid yet'],
    ['a sub that is no text', `Bearer ${signJwt({ ...claims, sub: 1 })}`, 'sub'],
  ])('refuses %s and says why', async (_, authorization, reason) => {
    const response = await spaces(authorization)
    expect(response.status).toBe(401)
    expect(response.headers.get('WWW-Authenticate')).toContain(reason)
    expect(await response.json()).toEqual({
      Status: 401,
      ErrorList: [{ Message: expect.stringContaining(reason) }],
    })
  })

  it('also guards OData, in the error shape of OData', async () => {
    const response = await client.call('/enterprise/odata/Events')
    expect(response.status).toBe(401)
    expect(response.headers.get('WWW-Authenticate')).toContain('Bearer')
    expect(await response.json()).toEqual({ error: { code: 'Unauthorized', message: expect.any(String) } })
  })

  it('says 401 before it says whether a path exists', async () => {
    expect((await client.call('/enterprise/api/v1/Nothing')).status).toBe(401)
  })
})
