import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addCredential } from '#credentials/add-credential.ts'
import { deleteCredential } from '#credentials/delete-credential.ts'
import { editCredential } from '#credentials/edit-credential.ts'
import { createPasswordHasher } from '#credentials/password-hasher.ts'
import { createOAuth } from '#oauth/oauth.ts'
import { createAuthenticateClient } from './authenticate-client.ts'
import { countedHasher } from './test/counted-hasher.ts'
import { ENTERPRISE, groundInMemory, openWorld, type World } from './test/world.ts'

const PASSWORD = 'kettle & lantern: 100% ü+'
const WRONG = 'wrong but long enough'
const CONTEXT = { actor: 'a test', requestId: 'req_test' }
const IN_TENANT = { ...CONTEXT, tenantId: ENTERPRISE.id, expected: 'any' } as const
/** That of OWASP and of ASVS 5, appendix C. */
const ARGON2 = 'm=19456,t=2,p=1'

let world: World
beforeAll(async () => {
  world = await openWorld(await groundInMemory())
})
afterAll(async () => await world?.close())

let added = 0
async function add(email: string, password: string, deps = world.deps): Promise<string> {
  added += 1
  const fields = {
    title: `OAuth ${added}`,
    description: '',
    authenticationMethod: 'oauth',
    email,
    password,
  } as const
  const result = await addCredential(deps, {
    ...CONTEXT,
    tenant: ENTERPRISE,
    fields: { ...fields, allowedEndpoints: { kind: 'all' } },
    idempotencyKey: undefined,
  })
  return result.outcome === 'added' ? result.credential.id : expect.fail(JSON.stringify(result))
}

async function addMany(email: string, count: number, deps = world.deps): Promise<readonly string[]> {
  const ids: string[] = []
  for (let place = 0; place < count; place += 1) {
    world.clock.now += 1000
    ids.push(await add(email, `${PASSWORD} ${place}`, deps))
  }
  return ids
}

// CVE-2025-6011 of Vault: an unknown user was answered sooner. The clock decides nothing here: bench/oauth-timing.ts does.
describe('LG-01: an unknown client costs what a known one costs, and is answered alike', () => {
  const hasher = countedHasher(createPasswordHasher((count) => crypto.getRandomValues(new Uint8Array(count))))
  let networks = 0

  /** What an attempt makes the server compute, and everything that it answers. */
  async function attempt(clientId: string, grant = 'client_credentials'): Promise<object> {
    networks += 1
    const form =
      grant === 'password'
        ? { grant_type: grant, username: clientId, password: WRONG }
        : { grant_type: grant, client_id: clientId, client_secret: WRONG }
    const before = hasher.work.length
    const answer = await oauth(
      new Request('http://127.0.0.1:4001/oauth/token', { method: 'POST', body: new URLSearchParams(form) }),
      { address: `10.0.0.${networks}` },
    )
    const headers = [...answer.headers].filter(([name]) => name !== 'x-request-id')
    return { work: hasher.work.slice(before), status: answer.status, headers, body: await answer.text() }
  }
  let oauth: ReturnType<typeof createOAuth>
  let ids: readonly string[] = []
  beforeAll(async () => {
    // Stored with the real parameters, since what is compared costs what it was stored with.
    const deps = { ...world.deps, hasher }
    oauth = createOAuth({
      ...deps,
      log: pino({ level: 'silent' }),
      issuer: 'http://127.0.0.1:4001',
      anyPasswordGrant: true,
      resourceServers: [],
      awaitGateways: world.catchUp,
    })
    await addMany('one@harbour.example', 1, deps)
    await addMany('three@harbour.example', 3, deps)
    await addMany('six@harbour.example', 6, deps)
    const [resting] = await addMany('resting@harbour.example', 1, deps)
    const [deleted] = await addMany('deleted@harbour.example', 1, deps)
    const [known] = await addMany('known@harbour.example', 1, deps)
    ids = [
      resting ?? '',
      deleted ?? '',
      known ?? '',
      `cred_${'0'.repeat(24)}`,
      'cred_',
      `cred_${'z'.repeat(900)}`,
    ]
    await editCredential(deps, { ...IN_TENANT, credentialId: resting ?? '', edits: { active: false } })
    await deleteCredential(deps, { ...IN_TENANT, credentialId: deleted ?? '' })
    // Whoever comes first, known or not, makes the password that nobody has.
    await attempt('first@harbour.example')
  })

  it.each(['client_credentials', 'password'])('by address, with the grant %s', async (grant) => {
    const known = await attempt('one@harbour.example', grant)
    expect(known).toMatchObject({
      status: grant === 'password' ? 400 : 401,
      work: Array(4).fill(ARGON2),
    })
    for (const name of ['unknown', 'one', 'ONE', 'three', 'six', 'resting', 'deleted', 'é'.repeat(200)])
      expect(await attempt(`${name}@harbour.example`, grant), name).toEqual(known)
    expect(await attempt('no address', grant)).toEqual(known)
  })

  it('by id', async () => {
    const expected = { ...(await attempt('unknown@harbour.example')), work: [ARGON2] }
    for (const id of ids) expect(await attempt(id), id).toEqual(expected)
  })
})

describe('several credentials of one address', () => {
  it('are told apart by their passwords, and where these are the same by their ids alone', async () => {
    const authenticate = createAuthenticateClient(world.deps)
    const email = 'twins@harbour.example'
    const ids = [
      await add(email, PASSWORD),
      await add(email, PASSWORD),
      await add(email, `other ${PASSWORD}`),
    ]
    expect(await authenticate({ clientId: email, secret: PASSWORD })).toBe('wrong')
    expect(await authenticate({ clientId: email, secret: `other ${PASSWORD}` })).toMatchObject({
      credentialId: ids[2],
    })
    for (const id of ids.slice(0, 2))
      expect(await authenticate({ clientId: id, secret: PASSWORD })).toMatchObject({ credentialId: id })
  })

  it('are never shut out by those added after them', async () => {
    const authenticate = createAuthenticateClient(world.deps)
    for (let round = 0; round < 5; round += 1) {
      const email = `crowd${round}@harbour.example`
      const ids = await addMany(email, 8)
      for (const [place, id] of ids.entries()) {
        const secret = `${PASSWORD} ${place}`
        const byAddress = await authenticate({ clientId: email, secret })
        if (place < 4) expect(byAddress).toMatchObject({ credentialId: id })
        else expect(byAddress).toBe('wrong')
        expect(await authenticate({ clientId: id, secret })).toMatchObject({ credentialId: id })
      }
    }
  })

  it('is not a client with the password of none', async () => {
    const authenticate = createAuthenticateClient({
      ...world.deps,
      // The password that nobody has is known here: still nobody has it.
      randomBytes: (count) => new Uint8Array(count),
    })
    const nobodys = Buffer.alloc(24).toString('base64url')
    expect(await authenticate({ clientId: 'nobody@harbour.example', secret: nobodys })).toBe('wrong')
    expect(await authenticate({ clientId: 'cred_none', secret: nobodys })).toBe('wrong')
  })
})
