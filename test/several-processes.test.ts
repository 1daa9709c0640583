import { readFileSync, writeFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { EVENT } from './support/cluster.ts'
import { plainConfig } from './support/plain-config.ts'
import {
  callAnew,
  isGone,
  type ListedGateway,
  makeSeveral,
  type Several,
  severalEnv,
  until,
} from './support/several.ts'
import { ended, spawnStagedoor, temporaryFolder } from './support/stagedoor.ts'
import { steadyPort } from './support/steady-port.ts'
import { startUpstream, type TestUpstream } from './support/upstream.ts'

// Guarantee: several processes on one port are several gateways. Each is told of every change and confirms it, none is lost
// when another one is, and all of them stop as one does.

const UNKNOWN = `sd_api_${'0'.repeat(38)}`
/** So many that a process which gets none of them is broken: the chance is 1 in 2^99. */
const MANY = 100

let upstream: TestUpstream
let several: Several
/** While it is set, answers begin and wait for it. */
let held: ServerResponse[] | undefined

beforeAll(async () => {
  upstream = await startUpstream((_, response) => {
    if (held === undefined) return void response.end('{"ok":true}')
    response.write('{"ok":')
    held.push(response)
  })
  several = await makeSeveral(2, upstream.url)
  await several.control.start()
  await several.gateway.start()
})
afterAll(async () => {
  await several?.close()
  await upstream?.close()
})

async function statuses(token: string, count = MANY): Promise<ReadonlyMap<number, number>> {
  const found = new Map<number, number>()
  for (let sent = 0; sent < count; sent += 10) {
    const ten = Array.from({ length: 10 }, () => callAnew(several.gateway.url + EVENT, token))
    for (const { status } of await Promise.all(ten)) found.set(status, (found.get(status) ?? 0) + 1)
  }
  return found
}

async function expectBothAreCalled(): Promise<void> {
  const before = await several.counted()
  expect(await statuses(UNKNOWN)).toEqual(new Map([[401, MANY]]))
  const more = (await several.counted()).map((count, index) => count - (before[index] ?? 0))
  expect(more.reduce((sum, count) => sum + count)).toBe(MANY)
  expect(Math.min(...more)).toBeGreaterThan(0)
}

async function add(title: string): Promise<{ id: string; token: string; receipt: object }> {
  const added = await several.admin('POST', '/credentials', { title, authenticationMethod: 'api_token' })
  return { id: added.credential.id, token: added.secrets.apiToken, receipt: added.receipt }
}

async function connected(): Promise<readonly ListedGateway[]> {
  const items = await several.listed()
  return items
    .filter(({ state }) => state === 'connected')
    .toSorted((one, other) => one.name.localeCompare(other.name))
}

const EVERYBODY = { gateways: 2, confirmed: 2, pending: [], complete: true }

describe('two processes of a gateway', () => {
  it('share the port, greet once, and are two gateways by name', async () => {
    const output = several.gateway.output()
    expect(output.match(/Stagedoor is open/g)).toHaveLength(1)
    expect(output).toMatch(/Processes +2, which share its port/)
    await expectBothAreCalled()
    expect((await several.listed()).map(({ name, state }) => `${name} ${state}`).toSorted()).toEqual([
      'hall-1 connected',
      'hall-2 connected',
    ])
    const [first, second] = several.pids()
    expect(new Set([several.gateway.pid(), first, second])).toHaveLength(3)
  })

  it('both confirm a deactivation, and then neither accepts the token', async () => {
    const { id, token, receipt } = await add('to be deactivated')
    expect(receipt).toMatchObject(EVERYBODY)
    expect(await statuses(token)).toEqual(new Map([[200, MANY]]))
    const changed = await several.admin('PATCH', `/credentials/${id}`, { active: false })
    expect(changed.receipt).toMatchObject(EVERYBODY)
    expect(await statuses(token)).toEqual(new Map([[401, MANY]]))
  })

  it('one that is killed is missed by nobody, and comes back as the gateway that it was', async () => {
    const { token } = await add('of the one that stays')
    const before = await connected()
    const [victim = Number.NaN, other] = several.pids()
    process.kill(victim, 'SIGKILL')
    await until(() => isGone(victim))
    expect(await statuses(token)).toEqual(new Map([[200, MANY]]))
    await until(() => {
      const [pid = Number.NaN] = several.pids()
      return pid > 0 && pid !== victim
    })
    expect(several.pids()[1]).toBe(other)
    await until(() => /hall-1.*a gateway process takes calls again/.test(several.gateway.output()))
    expect(several.gateway.output()).toMatch(/"gateway":"hall-1","how":"SIGKILL"/)
    await until(async () => (await connected()).length === 2)
    expect((await several.listed()).map(({ id, name }) => ({ id, name }))).toHaveLength(2)
    expect((await connected()).map(({ id }) => id)).toEqual(before.map(({ id }) => id))
    expect((await add('after it came back')).receipt).toMatchObject(EVERYBODY)
    expect(await statuses(token)).toEqual(new Map([[200, MANY]]))
    await expectBothAreCalled()
    expect(several.gateway.output().match(/Stagedoor is open/g)).toHaveLength(1)
  })

  it('one that cannot start again is tried later and later, while the other takes every call', async () => {
    const { token } = await add('of the only one for a while')
    const [victim = Number.NaN] = several.pids()
    const from = several.gateway.output().length
    const said = (): string => several.gateway.output().slice(from)
    const document = readFileSync(several.document, 'utf8')
    writeFileSync(several.document, '{')
    process.kill(victim, 'SIGKILL')
    const waits = (): readonly number[] =>
      [...said().matchAll(/"gateway":"hall-1".*"waitMs":(\d+),"msg":"a gateway process does not start/g)].map(
        ([, ms]) => Number(ms),
      )
    await until(() => waits().length === 3)
    expect(await statuses(token)).toEqual(new Map([[200, MANY]]))
    const [first = 0, ...later] = waits()
    expect(later).toEqual([first * 2, first * 4])
    expect(said()).toMatch(/"problems":\["[^"]+enterprise\.openapi\.json at line 1, column 2: not JSON/)
    writeFileSync(several.document, document)
    await until(() => /hall-1.*takes calls again/.test(said()))
    await until(async () => (await connected()).length === 2)
    await expectBothAreCalled()
  })

  it('without a control plane one that was killed goes on from what it had kept', async () => {
    const { id, token } = await add('that lives')
    const revoked = await add('that ends')
    await several.admin('PATCH', `/credentials/${revoked.id}`, { active: false })
    expect(id).not.toBe(revoked.id)
    await several.control.stop()
    const victims = several.pids()
    const seen = several.gateway.output().length
    for (const pid of victims) process.kill(pid, 'SIGKILL')
    const isBack = (name: string): boolean =>
      new RegExp(`${name}.*takes calls again`).test(several.gateway.output().slice(seen))
    await until(() => isBack('hall-1') && isBack('hall-2'))
    expect(await statuses(token)).toEqual(new Map([[200, MANY]]))
    expect(await statuses(revoked.token)).toEqual(new Map([[401, MANY]]))
    await several.control.start()
    await until(async () => (await connected()).length === 2)
  })
})

type Stop = { readonly name: string; readonly signal: (pids: readonly number[]) => void }

/** A terminal and a service manager send their signals to all of them, others to the first process alone. */
const STOPS: readonly Stop[] = [
  { name: 'SIGTERM to the first process', signal: () => process.kill(several.gateway.pid(), 'SIGTERM') },
  {
    name: 'SIGINT to all',
    signal: (pids) => {
      for (const pid of [several.gateway.pid(), ...pids]) process.kill(pid, 'SIGINT')
    },
  },
  {
    name: 'SIGTERM to the gateways, and then to the first process',
    signal: (pids) => {
      for (const pid of [...pids, several.gateway.pid()]) process.kill(pid, 'SIGTERM')
    },
  },
]

describe('the end of the first process', () => {
  it.each(STOPS)('$name: what has begun is answered, and all have ended', async ({ name, signal }) => {
    const { token } = await add(`with long answers: ${name}`)
    const pids = several.pids()
    const seen = several.gateway.output().length
    const responses: ServerResponse[] = []
    held = responses
    const calls = Array.from({ length: 40 }, () => callAnew(several.gateway.url + EVENT, token))
    await until(() => responses.length === calls.length)
    held = undefined
    signal(pids)
    await until(async () => await isRefused(several.gatewayPort))
    for (const response of responses) response.end('true}')
    const code = await several.gateway.ended()
    for (const { status, text, isWhole } of await Promise.all(calls))
      expect({ status, text, isWhole }).toEqual({ status: 200, text: '{"ok":true}', isWhole: true })
    expect(code).toBe(0)
    expect(pids.map(isGone)).toEqual([true, true])
    expect(several.gateway.output().slice(seen)).not.toMatch(/started again/)
    expect((await several.listed()).filter(({ state }) => state !== 'stopped')).toEqual([])
    await several.gateway.start()
  })

  it('when it is killed, the gateways stop by themselves, and leave their directories to the next start', async () => {
    const before = (await connected()).map(({ id }) => id)
    const pids = several.pids()
    await several.gateway.kill9()
    await until(() => pids.every(isGone))
    expect(await isRefused(several.gatewayPort)).toBe(true)
    await several.gateway.start()
    expect((await connected()).map(({ id }) => id)).toEqual(before)
    expect(await several.listed()).toHaveLength(2)
  })
})

/** Whether nobody listens there. */
async function isRefused(port: number): Promise<boolean> {
  const server = createServer()
  const isFree = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => resolve(true))
  })
  await new Promise((done) => server.close(done))
  return isFree
}

describe('a start that cannot be', () => {
  async function startAndFail(
    env: Readonly<Record<string, string>>,
    folder = temporaryFolder(),
  ): Promise<string> {
    const { child, output } = spawnStagedoor(folder, {
      config: plainConfig({ enterprise: { baseUrl: upstream.url } }),
      env,
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    expect(await ended(child)).toBe(1)
    expect(output().match(/Stagedoor does not start/g)).toHaveLength(1)
    expect(output()).not.toContain('Stagedoor is open')
    return output()
  }
  const env = async (more: Readonly<Record<string, string>> = {}): Promise<Record<string, string>> => ({
    ...severalEnv({ processes: 3, gatewayPort: await steadyPort(), controlUrl: several.control.url }),
    ...more,
  })

  it('is told once: the port is shared already, by another Stagedoor', async () => {
    const output = await startAndFail(await env({ STAGEDOOR_GATEWAY_PORT: String(several.gatewayPort) }))
    expect(output.match(/STAGEDOOR_GATEWAY_PORT: cannot listen .* another program uses it/g)).toHaveLength(1)
    await expectBothAreCalled()
  })

  it('is told once: a port of one of them is taken, and none of the others goes on', async () => {
    const taken = createServer()
    const metricsPort = await steadyPort()
    await new Promise<void>((done) => taken.listen(metricsPort + 2, '127.0.0.1', done))
    const settings = await env({ STAGEDOOR_METRICS_PORT: String(metricsPort) })
    const output = await startAndFail(settings)
    expect(output.match(/another program uses it/g)).toHaveLength(1)
    expect(output).toContain(`STAGEDOOR_METRICS_PORT: cannot listen on port ${metricsPort + 2}`)
    expect(await isRefused(Number(settings['STAGEDOOR_GATEWAY_PORT']))).toBe(true)
    await new Promise((done) => taken.close(done))
  })

  it('is told once: a directory is of processes that run', async () => {
    const folder = join(several.gateway.dataDirectory, '..')
    const inUse = await startAndFail(await env(), folder)
    expect(inUse).toContain(`in use by another Stagedoor (process ${several.gateway.pid()})`)
    const single = await startAndFail(
      await env({ STAGEDOOR_GATEWAY_PROCESSES: '1', STAGEDOOR_DATA: join(folder, 'data/gateway-2') }),
    )
    expect(single).toContain(`in use by another Stagedoor (process ${several.pids()[1]})`)
  })

  it('is told before anything starts: a role that is one process, more than can be', async () => {
    const all = await startAndFail({ STAGEDOOR_GATEWAY_PROCESSES: '2' })
    expect(all).toContain('gatewayProcesses: in the role all, gateway and control plane are one process')
    const tooMany = await startAndFail(await env({ STAGEDOOR_GATEWAY_PROCESSES: '65' }))
    expect(tooMany).toContain('STAGEDOOR_GATEWAY_PROCESSES: ')
  })
})
