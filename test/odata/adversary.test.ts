import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EVENTS, type Gate, MOUNT, startGate } from './support/gate.ts'

// What somebody tried who has one credential and wants what belongs to others.

let gate: Gate
beforeAll(async () => {
  gate = await startGate()
})
afterAll(() => gate.stop())

describe('an update that must not insert', () => {
  const CHANGE = { method: 'PATCH', body: '{"Name":"made of nothing"}' }

  it('keeps its If-Match, also where Connection names that header', async () => {
    const headers = { 'if-match': '*', connection: 'If-Match' }
    const reply = await gate.ask(['PATCH Events'], '/Events(990)', { ...CHANGE, headers })
    expect(reply.status, reply.text).not.toBe(201)
    expect(gate.upstream.received.splice(0).map(({ headers: sent }) => sent['if-match'])).toEqual(['*'])
  })

  it.each([',', 'x', '"a', '*, *', '"a" "b"', 'W/*'])(
    'may insert, where If-Match is %s: no condition that an upstream has to keep to',
    async (condition) => {
      const init = { ...CHANGE, headers: { 'if-match': condition } }
      const reply = await gate.ask(['PATCH Events'], '/Events(991)', init)
      expect(reply.status, reply.text).toBe(403)
      expect(reply.json.missing).toMatchObject([{ id: 'em:POST:/Events' }])
      expect(gate.arrived()).toEqual([])
    },
  )

  it.each(['*', '"a"', 'W/"a", "b"', '"",W/""'])('is one with If-Match: %s', async (condition) => {
    const init = { ...CHANGE, headers: { 'if-match': condition } }
    const reply = await gate.ask(['PATCH Events'], '/Events(991)', init)
    expect(reply.status, reply.text).toBe(404)
    expect(gate.arrived()).toEqual(['PATCH /Events(991)'])
  })
})

describe('names that a request makes', () => {
  it.each([
    '$compute=Seats%20as%20account&$filter=account%20eq%20null',
    '$compute=Seats%20as%20Sponsor&$filter=Sponsor%20ne%20null',
    '$compute=Seats%20as%20sponsor&$orderby=sponsor',
    '$apply=aggregate(Seats%20with%20sum%20as%20ACCOUNT)',
    '$apply=groupby((Name),aggregate(Seats%20with%20max%20as%20Sponsor))',
  ])('are none that navigate, of whatever type and in whatever case: %s', async (options) => {
    const reply = await gate.ask(EVENTS, `/Events?${options}`)
    expect(reply.status, reply.text).toBe(400)
    expect(reply.json.code).toBe('odata_malformed')
    expect(gate.arrived()).toEqual([])
  })
})

describe('an apostrophe that is no quote', () => {
  // Whoever decodes before he splits, and knows single quotes alone, finds $expand=* in the literal.
  const HIDDEN = "$filter=Name%20ne%20'x%26$expand=*%26z='"

  it.each(['$search=%22a%27%22', "$search=o'x"])('stands last, behind literals: %s', async (search) => {
    const reply = await gate.ask(['GET Venues'], `/Venues?${search}&${HIDDEN}`)
    expect(reply.status, reply.text).toBe(200)
    const [sent = ''] = gate.arrived()
    expect(sent).toMatch(/\?\$filter=.*&\$search=[^&]*$/)
  })

  it.each([
    "/Venues?$filter=Name%20in%20[%22a'%22]%20or%20Name%20ne%20'x%26$expand=*%26z='",
    '/Events?$expand=Children($filter=Name%20in%20[%22];$expand=*;[%22])',
  ])('and a divider of options are escaped in a JSON text: %s', async (path) => {
    const reply = await gate.ask('all', path)
    expect(reply.status, reply.text).toBe(400)
    expect(reply.json.detail).toMatch(/without an escape/)
    expect(gate.arrived()).toEqual([])
  })
})

describe('a next link that leads out of the service', () => {
  it.each(['https://elsewhere.example/Events?$skiptoken=1', '/admin?$skiptoken=1'])(
    'is told, since a list must not end early: %s',
    async (link) => {
      const body = JSON.stringify({ value: [{ ID: 1 }], '@odata.nextLink': link })
      gate.answerNext({ body })
      const reply = await gate.ask(EVENTS, '/Events')
      expect(reply.status, reply.text).toBe(502)
      expect(reply.json).toMatchObject({ code: 'upstream_answer_invalid' })
      expect(reply.json.detail).toMatch(/next page/)
      expect(reply.text).not.toContain('skiptoken')
      gate.arrived()
    },
  )
})

describe('bodies that are sent on purpose without an end', () => {
  const BATCH = JSON.stringify({ requests: [{ id: 'a', method: 'GET', url: 'Events(1)' }] })
  const LONG = 8 * 1024 * 1024
  const PATIENCE = { timeout: 10_000 }

  /** A batch of 8 MiB of which the last byte never comes. */
  function sendSlowly(token: string): Socket {
    const { hostname, port } = new URL(gate.door.gatewayUrl)
    const socket = connect(Number(port), hostname).on('error', () => undefined)
    const head = `POST ${MOUNT}/$batch HTTP/1.1\r\nHost: ${hostname}:${port}\r\nAuthorization: Bearer ${token}`
    socket.write(`${head}\r\nContent-Type: application/json\r\nContent-Length: ${LONG}\r\n\r\n`)
    socket.write(Buffer.alloc(LONG - 1, ' '))
    return socket
  }

  it('take a share of the memory and no more; others go on, and so does the same one afterwards', async () => {
    const slow = new Set<Socket>()
    const token = await gate.tokenOf(EVENTS)
    const init = { method: 'POST', body: BATCH.padEnd(1024 * 1024, ' ') }
    let filling = true
    // Which of them is refused when the share is full is a race, so another one takes its place.
    const fill = (): void => {
      const socket = sendSlowly(token)
      slow.add(socket)
      socket.on('data', () => socket.destroy())
      socket.on('close', () => {
        slow.delete(socket)
        if (filling) setTimeout(fill, 20)
      })
    }
    for (let count = 0; count < 9; count += 1) fill()
    let refused = await gate.ask(EVENTS, '/$batch', init)
    await expect
      .poll(async () => {
        refused = await gate.ask(EVENTS, '/$batch', init)
        return refused.status
      }, PATIENCE)
      .toBe(503)
    expect(refused.json).toMatchObject({ code: 'overloaded', error: { code: 'overloaded' } })
    expect(refused.headers['retry-after']).toBe('1')
    expect((await gate.ask(['GET Events', 'GET Venues'], '/$batch', init)).status).toBe(200)
    filling = false
    for (const socket of slow) socket.destroy()
    await expect.poll(async () => (await gate.ask(EVENTS, '/$batch', init)).status, PATIENCE).toBe(200)
    gate.arrived()
  })
})
