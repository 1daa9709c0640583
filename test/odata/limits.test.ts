import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EVENTS, type Gate, startGate } from './support/gate.ts'
import { expectRefused } from './support/outcomes.ts'

// Row 79 of the threat table: what costs too much is refused by a limit, which the answer names. bench/odata-analysis.ts has the times.

let gate: Gate
beforeAll(async () => {
  gate = await startGate()
})
afterAll(() => gate.stop())

const nested = (depth: number): string => (depth === 0 ? 'Parent' : `Parent($expand=${nested(depth - 1)})`)
/** 2, 6, 14, 30, 62 items: every one holds two more. */
const spread = (depth: number): string => {
  const inner = depth === 0 ? '' : `($expand=${spread(depth - 1)})`
  return `Parent${inner},Children${inner}`
}

describe('row 79: limits', () => {
  it.each([
    ['3 KB of parentheses', `/Events?$filter=${'('.repeat(1500)}ID%20eq%201${')'.repeat(1500)}`, 'nesting'],
    [
      'a chain of conditions',
      `/Events?$filter=${Array(300).fill('ID%20eq%201').join('%20or%20')}`,
      'expressionNodes',
    ],
    ['deep $expand', `/Events?$expand=${nested(30)}`, 'expandDepth'],
    ['wide $expand', `/Events?$expand=${spread(4)}`, 'expandItems'],
    ['$levels', '/Events?$expand=Parent($levels=7)', 'levels'],
    ['a long path', `/Events(1)${'/Parent'.repeat(60)}`, 'pathSegments'],
  ])('row 79: %s', async (_, path, name) => {
    for (const grants of [EVENTS, 'all'] as const) {
      const { json } = await expectRefused(gate, path, { grants })
      expect(json).toMatchObject({ code: 'odata_limit', problems: [{ limit: { name } }] })
      expect(json.detail).toContain(name)
    }
  })

  it.each([
    ['8 KB', 600, 414, 'target_too_long', /8192/],
    ['40 KB', 2400, 431, 'head_too_large', /too large/],
  ] as const)(
    'row 79: an address of more than %s is not read at all',
    async (_, times, status, code, says) => {
      gate.arrived()
      for (const grants of [EVENTS, 'all'] as const) {
        const chain = Array(times).fill('ID%20eq%201').join('%20or%20')
        const reply = await gate.ask(grants, `/Events?$filter=${chain}`)
        expect(reply.status).toBe(status)
        expect(reply.json.code).toBe(code)
        expect(reply.text).toMatch(says)
      }
      expect(gate.arrived()).toEqual([])
    },
  )

  it.each([
    ['depth', 'POST', `{"Tags":${'['.repeat(40)}${']'.repeat(40)}}`, 'jsonDepth'],
    [
      'links',
      'POST',
      `{"Bookings@odata.bind":[${Array(1001).fill('"Bookings(1)"').join()}]}`,
      'bodyReferences',
    ],
  ])('row 79: %s of a body', async (_, method, body, name) => {
    for (const grants of [['POST Events', 'PATCH Bookings'], 'all'] as const) {
      const { json } = await expectRefused(gate, '/Events', {
        grants,
        init: { method, body },
        code: 'odata_limit',
      })
      expect(json.problems[0].limit.name).toBe(name)
    }
  })

  it('row 79: the 101st request of a batch', async () => {
    const requests = Array.from({ length: 1000 }, (_, at) => ({ id: `r${at}`, method: 'GET', url: 'Events' }))
    const init = { method: 'POST', body: JSON.stringify({ requests }) }
    const { json } = await expectRefused(gate, '/$batch', { grants: 'all', init, code: 'odata_limit' })
    expect(json.problems[0].limit).toEqual({ name: 'batchParts', value: 100 })
  })

  it('row 79: options in a body', async () => {
    const init = {
      method: 'POST',
      body: `$filter=${'x'.repeat(40_000)}`,
      headers: { 'content-type': 'text/plain' },
    }
    const { json } = await expectRefused(gate, '/Events/$query', { init, code: 'odata_limit' })
    expect(json.problems[0].limit.name).toBe('queryBodyLength')
  })

  it('row 79: a batch of 100 MB is refused by the size that it tells, and by the size that it has', async () => {
    const token = await gate.tokenOf('all')
    gate.arrived()
    const before = memoryOf(gate.door.pid)
    // Elsewhere than on Linux nobody tells.
    if (process.platform === 'linux') expect(before).toBeGreaterThan(0)
    for (const framing of ['content-length: 104857600', 'transfer-encoding: chunked']) {
      const { answer, sent } = await sendForever(token, framing)
      expect(answer, framing).toMatch(/^HTTP\/1\.1 (?:400|413) /)
      expect(answer).toContain('batchBytes')
      expect(sent, framing).toBeLessThan(64 * 1024 * 1024)
    }
    expect(gate.arrived()).toEqual([])
    const grown = memoryOf(gate.door.pid) - before
    expect(grown).toBeLessThan(100 * 1024 * 1024)
  })
})

/** Resident memory of a process in bytes, where the system tells. */
function memoryOf(pid: number | undefined): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024
  } catch {
    return 0
  }
}

/** Sends a batch that does not end, until the answer comes or 100 MB have gone. */
async function sendForever(token: string, framing: string): Promise<{ answer: string; sent: number }> {
  const { hostname, port } = new URL(gate.door.gatewayUrl)
  const chunked = framing.includes('chunked')
  const bytes = Buffer.alloc(65_536, 'x')
  const piece = chunked ? Buffer.concat([Buffer.from('10000\r\n'), bytes, Buffer.from('\r\n')]) : bytes
  return await new Promise((done) => {
    let answer = ''
    let sent = 0
    const socket = connect(Number(port), hostname)
    const push = (): void => {
      if (answer !== '' || sent >= 100 * 1024 * 1024) return void socket.end()
      sent += piece.length
      // What does not fit waits for the other side; the rest goes on at once.
      if (socket.write(piece)) setImmediate(push)
    }
    socket.on('connect', () => {
      socket.write(
        `POST /em/$batch HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n` +
          `content-type: multipart/mixed;boundary=b\r\n${framing}\r\n\r\n`,
      )
      push()
    })
    socket.on('drain', push)
    socket.on('data', (chunk) => {
      answer += chunk.toString()
      socket.destroySoon()
    })
    socket.on('error', () => undefined)
    socket.on('close', () => done({ answer, sent }))
  })
}
