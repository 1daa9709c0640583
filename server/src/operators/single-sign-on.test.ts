import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type IdentityProvider, startIdentityProvider } from '../../../test/support/identity-provider.ts'
import type { SingleSignOn } from './deps.ts'
import {
  type Answer,
  type Bench,
  CONTEXT,
  dumpOf,
  EMAIL,
  expectProblem,
  fastHasher,
  moveClock,
  ORIGIN,
  OTHER_PASSWORD,
  openBench,
  PASSWORD,
  TENANT,
} from './test/console.ts'
import { expectSentBack, signOn, startSignOn, visitProvider } from './test/sign-on.ts'

const CALLBACK = `${ORIGIN}/api/auth/callback/sso`
const realFetch = globalThis.fetch

let provider: IdentityProvider
beforeAll(async () => {
  provider = await startIdentityProvider({
    redirectUris: [CALLBACK],
    accounts: {
      'ada-of-the-provider': { email: 'Ada@Example.com', name: 'Ada of the Provider' },
      unproven: { email: EMAIL, emailVerified: false },
    },
  })
})
afterAll(async () => await provider.stop())

/** What the provider's token endpoint has answered, and what to make of it before the server sees it. */
let tokens: { id_token?: string; access_token: string }[] = []
let change: (answer: { id_token?: string; access_token: string }) => object = (answer) => answer
beforeEach(() => {
  tokens = []
  change = (answer) => answer
  provider.setEmailVerified(true)
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const response = await realFetch(input, init)
    if (!String(input instanceof Request ? input.url : input).endsWith('/token')) return response
    const answer = await response.json()
    tokens.push(answer)
    return Response.json(change(answer), { status: response.status })
  })
})
afterEach(() => void vi.restoreAllMocks())

function settings(): SingleSignOn {
  const { issuer, clientId, clientSecret } = provider
  return { issuer, clientId, clientSecret, scopes: ['openid', 'email', 'profile'], name: 'Harbour' }
}

async function open(): Promise<Bench & { adaId: string }> {
  const bench = await openBench({ hasher: fastHasher, singleSignOn: settings() })
  return { ...bench, adaId: await bench.first() }
}

describe('single sign-on', () => {
  it('signs the operator in who has the address, and links what the provider calls them', async () => {
    const { browser, operators, adaId, db } = await open()
    const ada = browser()
    const answer = await signOn(ada, 'ada-of-the-provider')
    expect(answer.status, answer.text).toBe(302)
    expect(answer.headers.get('location')).toBe('/')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect([...ada.cookies.keys()]).toEqual(['stagedoor_session'])
    expect(await operators.findSession(ada.headers())).toMatchObject({ operatorId: adaId, name: 'Ada Quay' })
    await ada.post('/sign-out')
    expect((await signOn(ada, 'ada-of-the-provider')).headers.get('location')).toBe('/')
    const accounts = await db.snapshot(undefined, (trx) =>
      trx.selectFrom('operator_accounts').select(['provider_id', 'account_id']).execute(),
    )
    expect(accounts.map(Object.values)).toEqual([
      ['credential', adaId],
      ['sso', 'ada-of-the-provider'],
    ])
    expect((await browser().signIn()).status).toBe(200)
  })

  it('asks the provider with PKCE, a state and a nonce, each its own', async () => {
    const { browser } = await open()
    const [one, other] = [new URL(await startSignOn(browser())), new URL(await startSignOn(browser()))]
    const asked = Object.fromEntries(one.searchParams)
    expect(one.origin).toBe(provider.issuer)
    expect(asked).toMatchObject({
      response_type: 'code',
      client_id: provider.clientId,
      redirect_uri: CALLBACK,
      scope: 'openid email profile',
      code_challenge_method: 'S256',
    })
    for (const name of ['state', 'nonce', 'code_challenge']) {
      expect(asked[name]?.length).toBeGreaterThan(30)
      expect(other.searchParams.get(name)).not.toBe(asked[name])
    }
  })

  it('stores none of the tokens, before, during and after', async () => {
    const { browser, db, log } = await open()
    const ada = browser()
    const url = await startSignOn(ada)
    expect(
      await db.snapshot(undefined, (trx) => trx.selectFrom('operator_verifications').selectAll().execute()),
    ).toEqual([])
    await ada.ask('GET', await visitProvider(url, 'ada-of-the-provider'))
    const everything = (await dumpOf(db)) + log.join('')
    const secrets = tokens.flatMap((answer) => [answer.access_token, answer.id_token ?? ''])
    expect(secrets).toHaveLength(2)
    for (const secret of [...secrets, provider.clientSecret]) {
      expect(secret.length).toBeGreaterThan(20)
      expect(everything).not.toContain(secret)
    }
  })

  it('leads to the page that was asked for, if it is one of ours', async () => {
    const { browser } = await open()
    const ada = browser()
    const url = await startSignOn(ada, { provider: 'sso', callbackURL: '/tenants/tnt_arena?tab=calls' })
    const answer = await ada.ask('GET', await visitProvider(url, 'ada-of-the-provider'))
    expect(answer.headers.get('location')).toBe('/tenants/tnt_arena?tab=calls')
  })

  it.each(['https://evil.example/', '//evil.example', '/\\evil.example', 'evil', '/a\nb', 'javascript:1'])(
    'does not lead to %j',
    async (callbackURL) => {
      const { browser } = await open()
      const answer = await browser().post('/sign-in/social', { provider: 'sso', callbackURL })
      expectProblem(answer, 422, 'validation_failed')
      expect(answer.json.errors).toMatchObject([{ field: '/callbackURL' }])
    },
  )

  it('takes no ID token from the browser', async () => {
    const { browser } = await open()
    await signOn(browser(), 'ada-of-the-provider')
    const eve = browser()
    const body = { provider: 'sso', idToken: { token: tokens[0]?.id_token } }
    const answer = await eve.post('/sign-in/social', body)
    expect(Object.keys(answer.json).toSorted()).toEqual(['redirect', 'url'])
    expect([...eve.cookies.keys()]).toEqual(['stagedoor_single_sign_on'])
    expectProblem(await eve.post('/sign-in/social', { provider: 'google' }), 422, 'validation_failed')
  })
})

describe('somebody whom nobody has added', () => {
  it.each(['stranger@example.com', 'stranger'])(
    'is sent back, and no operator is made (%s)',
    async (login) => {
      const { browser, db } = await open()
      const before = await db.snapshot(undefined, (trx) => trx.selectFrom('operators').selectAll().execute())
      expectSentBack(await signOn(browser(), login), 'not_invited')
      expect(
        await db.snapshot(undefined, (trx) => trx.selectFrom('operators').selectAll().execute()),
      ).toEqual(before)
      expect(
        await db.snapshot(undefined, (trx) => trx.selectFrom('operator_accounts').select('id').execute()),
      ).toHaveLength(1)
      expect(
        await db.snapshot(undefined, (trx) => trx.selectFrom('operator_sessions').select('id').execute()),
      ).toEqual([])
    },
  )

  it('is also whoever has not proven the address', async () => {
    const { browser, db } = await open()
    expectSentBack(await signOn(browser(), 'unproven'), 'not_invited')
    expect(
      await db.snapshot(undefined, (trx) => trx.selectFrom('operator_accounts').select('id').execute()),
    ).toHaveLength(1)
  })

  it('is also whoever has signed in before and whose address the provider does not vouch for any more', async () => {
    const { browser } = await open()
    expect((await signOn(browser(), EMAIL)).headers.get('location')).toBe('/')
    provider.setEmailVerified(false)
    expectSentBack(await signOn(browser(), EMAIL), 'not_invited')
  })
})

describe('an invited operator who signs in by single sign-on', () => {
  it('has accepted the invitation, has no password, and the code is void', async () => {
    const { browser, operators, db } = await open()
    const eve = { ...CONTEXT, tenantId: TENANT, email: 'eve@example.com', name: 'Eve', role: 'user' } as const
    const added = await operators.addOperator(eve)
    if (added.outcome !== 'added' || !added.invitation) throw new Error('not invited')
    const session = browser()
    expect((await signOn(session, 'eve')).headers.get('location')).toBe('/')
    const found = await operators.findSession(session.headers())
    expect(found).toMatchObject({ operatorId: added.operator.id, hasPassword: false })
    expect(found?.roles.get(TENANT)).toBe('user')
    const { code } = added.invitation
    const acceptance = { code, name: 'Eve', password: OTHER_PASSWORD, tenantIds: [], requestId: 'r' }
    expect(await operators.acceptInvitation(acceptance)).toMatchObject({ code: 'invitation_invalid' })
    expect(await operators.listOperators(TENANT)).toContainEqual(
      expect.objectContaining({ name: 'Eve', pending: false, invitationExpiresAt: undefined }),
    )
    await signOn(session, 'eve')
    const events = await db.snapshot(undefined, (trx) =>
      trx.selectFrom('audit_events').selectAll().where('subject_id', '=', added.operator.id).execute(),
    )
    expect(events.map(({ action }) => action)).toEqual(['operator_added', 'invitation_accepted'])
    for (const path of ['/two-factor/enable', '/two-factor/disable'])
      expectProblem(await session.post(path, { password: PASSWORD }), 409, 'password_not_set')
    const change = { currentPassword: PASSWORD, newPassword: OTHER_PASSWORD }
    expectProblem(await session.post('/change-password', change), 409, 'password_not_set')
    expectProblem(await browser().signIn('eve@example.com', OTHER_PASSWORD), 401, 'sign_in_failed')
  })
})

describe('an answer of the provider', () => {
  it('with another state, or in another browser, or twice, or too late, is not taken', async () => {
    const { browser, operators } = await open()
    const ada = browser()
    const path = await visitProvider(await startSignOn(ada), 'ada-of-the-provider')
    expectSentBack(
      await ada.ask('GET', path.replace(/state=[^&]+/, 'state=forged')),
      'single_sign_on_expired',
    )
    expectSentBack(await ada.ask('GET', path.replace(/state=[^&]+&?/, '')), 'single_sign_on_expired')
    expectSentBack(await ada.ask('GET', `${path}&state=forged`), 'single_sign_on_expired')
    expectSentBack(await browser().ask('GET', path), 'single_sign_on_expired')
    expect(tokens).toEqual([])
    expect((await ada.ask('GET', path)).headers.get('location')).toBe('/')
    await ada.post('/sign-out')
    expectSentBack(await ada.ask('GET', path), 'single_sign_on_expired')
    const late = await visitProvider(await startSignOn(ada), 'ada-of-the-provider')
    moveClock(10 * 60 * 1000 + 1)
    expectSentBack(await ada.ask('GET', late), 'single_sign_on_expired')
    expect(await operators.findSession(ada.headers())).toBeUndefined()
  })

  it('of another issuer, with another code, or that says no, is not taken', async () => {
    const { browser, db } = await open()
    const ada = browser()
    const forge = async (change: (path: string) => string): Promise<Answer> =>
      await ada.ask('GET', change(await visitProvider(await startSignOn(ada), 'ada-of-the-provider')))
    expectSentBack(
      await forge((path) => path.replace(/iss=[^&]+/, 'iss=https%3A%2F%2Fevil.example')),
      'single_sign_on_failed',
    )
    expectSentBack(await forge((path) => path.replace(/code=[^&]+/, 'code=forged')), 'single_sign_on_failed')
    expectSentBack(
      await forge((path) => path.replace(/code=[^&]+/, 'error=access_denied&error_description=x')),
      'single_sign_on_cancelled',
    )
    expectSentBack(
      await forge((path) => path.replace(/code=[^&]+/, 'error=%3Cscript%3E')),
      'single_sign_on_failed',
    )
    expect(
      await db.snapshot(undefined, (trx) => trx.selectFrom('operator_sessions').select('id').execute()),
    ).toEqual([])
  })

  it('is not taken without an ID token, or with one that was changed or is of another sign-in', async () => {
    const { browser, db } = await open()
    const earlier = async (): Promise<string> => {
      await signOn(browser(), 'ada-of-the-provider')
      return tokens.at(-1)?.id_token ?? ''
    }
    const old = await earlier()
    const [head = '', body = '', signature = ''] = old.split('.')
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString())
    const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
    const rows = await db.snapshot(undefined, (trx) =>
      trx.selectFrom('operator_sessions').select('id').execute(),
    )
    change = ({ access_token: token }) => ({ access_token: token, token_type: 'Bearer' })
    expectSentBack(await signOn(browser(), 'ada-of-the-provider'), 'single_sign_on_failed')
    change = (answer) => ({ ...answer, id_token: old })
    expectSentBack(await signOn(browser(), 'ada-of-the-provider'), 'single_sign_on_failed')
    const forgeries = (nonce: unknown): string[] => [
      `${head}.${encode({ ...claims, nonce, sub: 'somebody' })}.${signature}`,
      `${encode({ alg: 'none' })}.${encode({ ...claims, nonce })}.`,
    ]
    for (const at of [0, 1]) {
      change = (answer) => {
        const { nonce } = JSON.parse(
          Buffer.from(answer.id_token?.split('.')[1] ?? '', 'base64url').toString(),
        )
        return { ...answer, id_token: forgeries(nonce)[at] }
      }
      expectSentBack(await signOn(browser(), 'ada-of-the-provider'), 'single_sign_on_failed')
    }
    expect(
      await db.snapshot(undefined, (trx) => trx.selectFrom('operator_sessions').select('id').execute()),
    ).toEqual(rows)
  })

  it('that speaks of somebody else than its ID token is not taken', async () => {
    const { browser, db } = await open()
    await signOn(browser(), 'stranger')
    const theirs = tokens.at(-1)?.access_token
    change = (answer) => ({ ...answer, access_token: theirs })
    expectSentBack(await signOn(browser(), 'ada-of-the-provider'), 'single_sign_on_failed')
    expect(
      await db.snapshot(undefined, (trx) => trx.selectFrom('operator_sessions').select('id').execute()),
    ).toEqual([])
  })
})

describe('a provider that cannot be reached', () => {
  it('is told as such, delays nobody with a password, and is asked again', async () => {
    const other = await startIdentityProvider({ redirectUris: [CALLBACK] })
    await other.stop()
    const bench = await openBench({
      hasher: fastHasher,
      singleSignOn: { ...settings(), issuer: other.issuer },
    })
    await bench.first()
    const ada = bench.browser()
    expectProblem(await ada.post('/sign-in/social', { provider: 'sso' }), 502, 'single_sign_on_unreachable')
    expectSentBack(await ada.ask('GET', '/api/auth/callback/sso?state=x&code=y'), 'single_sign_on_failed')
    expect((await ada.signIn()).status).toBe(200)
    const { issuer } = provider
    vi.mocked(globalThis.fetch).mockImplementation(
      async (input, init) => await realFetch(String(input).replace(other.issuer, issuer), init),
    )
    // Another issuer than the one that is configured answers: that is no provider of ours either.
    expectProblem(await ada.post('/sign-in/social', { provider: 'sso' }), 502, 'single_sign_on_unreachable')
  })

  it('at first is reached later', async () => {
    const bench = await openBench({ hasher: fastHasher, singleSignOn: settings() })
    await bench.first()
    const ada = bench.browser()
    vi.mocked(globalThis.fetch).mockRejectedValueOnce(new TypeError('fetch failed'))
    expectProblem(await ada.post('/sign-in/social', { provider: 'sso' }), 502, 'single_sign_on_unreachable')
    expect((await signOn(ada, 'ada-of-the-provider')).headers.get('location')).toBe('/')
  })
})
