import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { EVENT } from '../support/cluster.ts'
import { pair, sendLines, type Told } from '../support/lines.ts'
import { plainConfig } from '../support/plain-config.ts'
import { isGone, makeSeveral, type Several, severalEnv, until } from '../support/several.ts'
import { ended, spawnStagedoor, temporaryFolder } from '../support/stagedoor.ts'
import { steadyPort } from '../support/steady-port.ts'

// Guarantee: where several processes share the gateway's port they share the port for decisions too. Each of them decides as the
// others do, one that is killed is missed by no proxy, and the port is never shared with another Stagedoor.

const NOBODYS = `sd_api_${'0'.repeat(38)}`
/** So many that a process which gets none of them is broken: the chance is 1 in 2^99. */
const MANY = 100

let several: Several
let decisionsPort: number
let decisionsUrl: string

beforeAll(async () => {
  decisionsPort = await steadyPort()
  decisionsUrl = `http://127.0.0.1:${decisionsPort}`
  several = await makeSeveral(2, 'http://127.0.0.1:9', { decisionsPort })
  await several.control.start()
  await several.gateway.start()
})
afterAll(async () => await several?.close())

/** Asks over a connection of its own: the system chooses anew which process has it. */
function ask(token: string, target = EVENT): Promise<Told> {
  const lines = [...pair('GET', target), `Authorization: Bearer ${token}`]
  return sendLines(decisionsUrl, { target: '/v1/forward-auth', lines })
}

/** How often each answer was given to many that asked, by status and code. */
async function answers(token: string, target = EVENT): Promise<Readonly<Record<string, number>>> {
  const found: Record<string, number> = {}
  for (let sent = 0; sent < MANY; sent += 10) {
    const ten = await Promise.all(Array.from({ length: 10 }, () => ask(token, target)))
    for (const { status, code, headers } of ten) {
      const what = `${status} ${code ?? headers.get('x-stagedoor-tenant')}`
      found[what] = (found[what] ?? 0) + 1
    }
  }
  return found
}

async function expectBothAreAsked(): Promise<void> {
  const before = await several.counted()
  expect(await answers(NOBODYS)).toEqual({ '401 token_malformed': MANY })
  const more = (await several.counted()).map((count, index) => count - (before[index] ?? 0))
  expect(more.reduce((sum, count) => sum + count)).toBe(MANY)
  expect(Math.min(...more)).toBeGreaterThan(0)
}

async function add(title: string): Promise<{ readonly id: string; readonly token: string }> {
  const allowedEndpoints = { kind: 'only', endpoints: ['enterprise:GET:/events/{}'] }
  const body = { title, authenticationMethod: 'api_token', allowedEndpoints }
  const added = await several.admin('POST', '/credentials', body)
  return { id: added.credential.id, token: added.secrets.apiToken }
}

const OTHER = '/enterprise/connect/api/Accounts/10'
const ALLOWED = { '200 tnt_plain': MANY }

describe('the port for decisions of two processes', () => {
  it('is answered by both, which allow and refuse the same calls', async () => {
    const { token } = await add('asked about')
    await expectBothAreAsked()
    expect(await answers(token)).toEqual(ALLOWED)
    expect(await answers(token, OTHER)).toEqual({ '403 endpoint_not_allowed': MANY })
  })

  it('allows nothing to a token of which a deactivation has been confirmed', async () => {
    const { id, token } = await add('deactivated')
    expect(await answers(token)).toEqual(ALLOWED)
    const { receipt } = await several.admin('PATCH', `/credentials/${id}`, { active: false })
    expect(receipt).toMatchObject({ confirmed: 2, complete: true })
    expect(await answers(token)).toEqual({ '401 credential_inactive': MANY })
  })

  it('is answered by the other one when one was killed, and by both again', async () => {
    const { token } = await add('of the one that stays')
    const [victim = Number.NaN, other] = several.pids()
    const seen = several.gateway.output().length
    process.kill(victim, 'SIGKILL')
    await until(() => isGone(victim))
    expect(await answers(token)).toEqual(ALLOWED)
    await until(() => /hall-1.*takes calls again/.test(several.gateway.output().slice(seen)))
    expect(several.pids()[1]).toBe(other)
    await expectBothAreAsked()
    expect(await answers(token)).toEqual(ALLOWED)
    expect(await answers(token, OTHER)).toEqual({ '403 endpoint_not_allowed': MANY })
  })

  it('answers at a stop what it has begun to read, and then nobody listens there', async () => {
    const { token } = await add('asked about at the end')
    const body = JSON.stringify({ method: 'GET', target: EVENT, token })
    const begun = await Promise.all(Array.from({ length: 40 }, () => beginToAsk(body.length)))
    const pids = several.pids()
    process.kill(several.gateway.pid(), 'SIGTERM')
    await until(isFree)
    const told = begun.map(readToTheEnd)
    for (const socket of begun) socket.write(body)
    for (const answer of await Promise.all(told)) {
      expect(answer).toMatch(/^HTTP\/1\.1 200 /)
      expect(answer).toContain('"outcome":"allow"')
    }
    expect(await several.gateway.ended()).toBe(0)
    expect(pids.map(isGone)).toEqual([true, true])
    await several.gateway.start()
    await expectBothAreAsked()
  })
})

/** Sends the head of a question, and waits until it was read. */
async function beginToAsk(length: number): Promise<Socket> {
  const socket = connect(decisionsPort, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  const type = 'Content-Type: application/json'
  const head = `POST /v1/decisions HTTP/1.1\r\nHost: door\r\n${type}\r\nContent-Length: ${length}\r\nExpect: 100-continue\r\n\r\n`
  socket.write(head)
  const [answer] = await once(socket, 'data')
  expect(String(answer)).toBe('HTTP/1.1 100 Continue\r\n\r\n')
  return socket
}

async function readToTheEnd(socket: Socket): Promise<string> {
  let text = ''
  for await (const piece of socket) text += String(piece)
  return text
}

/** Whether nobody listens there any more. */
async function isFree(): Promise<boolean> {
  const socket = connect(decisionsPort, '127.0.0.1')
  const isOpen = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
  })
  socket.destroy()
  return !isOpen
}

describe('a start', () => {
  const start = async (port: number) => {
    const settings = { processes: 2, gatewayPort: await steadyPort(), controlUrl: several.control.url }
    const spawned = spawnStagedoor(temporaryFolder(), {
      config: { ...plainConfig(), decisions: { trustedProxies: ['127.0.0.1'] } },
      env: { ...severalEnv(settings), STAGEDOOR_DECISIONS_PORT: String(port) },
    })
    onTestFinished(() => void spawned.child.kill('SIGKILL'))
    return spawned
  }

  it('that would share the port with another Stagedoor is none, and that is told once', async () => {
    const { child, output } = await start(decisionsPort)
    expect(await ended(child)).toBe(1)
    expect(output()).not.toContain('Stagedoor is open')
    const problem = `STAGEDOOR_DECISIONS_PORT: cannot listen on port ${decisionsPort}: another program uses it`
    expect(output().split(problem)).toHaveLength(2)
    await expectBothAreAsked()
  })
})
