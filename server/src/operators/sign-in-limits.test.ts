import { describe, expect, it } from 'vitest'
import { createDelayCounter, createWindowCounter } from './attempt-counters.ts'
import { createBoundedMap } from './bounded-map.ts'
import { clientNetwork } from './client-network.ts'
import {
  type Bench,
  EMAIL,
  expectProblem,
  fastHasher,
  moveClock,
  openBench,
  PASSWORD,
} from './test/console.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const WRONG = 'not the password at all'

async function open(): Promise<Bench> {
  const bench = await openBench({ hasher: fastHasher })
  await bench.first()
  return bench
}

describe('one account from one network', () => {
  it('waits ever longer after five failures, up to a quarter of an hour, and is not looked at meanwhile', async () => {
    const { browser, hashed } = await open()
    const mallory = browser('203.0.113.9')
    for (let count = 0; count < 5; count += 1)
      expectProblem(await mallory.signIn(EMAIL, WRONG), 401, 'sign_in_failed')
    for (const seconds of [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]) {
      const before = hashed()
      // Even the right password: nobody learns anything before the time is over.
      const refused = await mallory.signIn()
      expectProblem(refused, 429, 'too_many_attempts')
      expect(refused.headers.get('retry-after')).toBe(String(seconds))
      moveClock(seconds * SECOND - 1)
      expect((await mallory.signIn()).status).toBe(429)
      expect(hashed()).toBe(before)
      moveClock(1)
      expectProblem(await mallory.signIn(EMAIL, WRONG), 401, 'sign_in_failed')
    }
    moveClock(15 * MINUTE)
    expect((await mallory.signIn()).status).toBe(200)
    for (let count = 0; count < 5; count += 1) expect((await mallory.signIn(EMAIL, WRONG)).status).toBe(401)
    expect((await mallory.signIn()).status).toBe(429)
  })

  it('is the same account however the address is spelled, and the same network however far a household goes', async () => {
    const { browser } = await open()
    const spellings = [
      'ada@example.com',
      'ADA@example.com',
      ' ada@example.com',
      'ａｄａ@example.com',
      'Ada@EXAMPLE.com',
    ]
    for (const [at, email] of spellings.entries())
      expect((await browser(`2001:db8:1:2::${at}`).signIn(email, WRONG)).status).toBe(401)
    expect((await browser('2001:db8:1:2:ffff::1').signIn('aDA@example.com', WRONG)).status).toBe(429)
    expect((await browser('2001:db8:1:3::1').signIn(EMAIL, WRONG)).status).toBe(401)
  })

  it('counts attempts from their beginning: of many at once five are looked at', async () => {
    const { browser, hashed } = await open()
    const before = hashed()
    const answers = await Promise.all(Array.from({ length: 25 }, () => browser().signIn(EMAIL, WRONG)))
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5)
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(20)
    expect(hashed() - before).toBe(5)
  })
})

describe('one network', () => {
  it('fails thirty times in ten minutes, over all accounts', async () => {
    const { browser } = await open()
    const mallory = browser('203.0.113.9')
    for (let count = 0; count < 30; count += 1)
      expect((await mallory.signIn(`somebody${count}@example.com`, WRONG)).status).toBe(401)
    expectProblem(await mallory.signIn('another@example.com', WRONG), 429, 'too_many_attempts')
    expectProblem(await mallory.signIn(), 429, 'too_many_attempts')
    expect((await browser('198.51.100.1').signIn()).status).toBe(200)
    moveClock(10 * MINUTE)
    expect((await mallory.signIn()).status).toBe(200)
  })

  it('may sign in as often as it likes', async () => {
    const { browser } = await open()
    for (let count = 0; count < 40; count += 1) expect((await browser().signIn()).status).toBe(200)
  })
})

describe('one account over all networks', () => {
  async function attack({ browser }: Bench): Promise<void> {
    for (let count = 0; count < 100; count += 1)
      expect((await browser(`203.0.113.${count}`).signIn(EMAIL, WRONG)).status).toBe(401)
  }

  it('goes on after a hundred failures only for networks that the operator comes from', async () => {
    const bench = await open()
    const { browser } = bench
    await browser('198.51.100.1').signIn()
    await attack(bench)
    expectProblem(await browser('203.0.113.200').signIn(), 429, 'too_many_attempts')
    expect((await browser('198.51.100.1').signIn()).status).toBe(200)
    expect((await browser('198.51.100.2').signIn()).status).toBe(429)
    moveClock(HOUR)
    expect((await browser('198.51.100.2').signIn()).status).toBe(200)
  })

  it('knows a network for thirty days, and none of an account that is not there', async () => {
    const bench = await open()
    const { browser } = bench
    await browser('198.51.100.1').signIn()
    moveClock(30 * DAY)
    await attack(bench)
    expect((await browser('198.51.100.1').signIn()).status).toBe(429)
    moveClock(HOUR)
    for (let count = 0; count < 100; count += 1)
      await browser(`203.0.113.${count}`).signIn('nobody@example.com', WRONG)
    expect((await browser('198.51.100.1').signIn('nobody@example.com', WRONG)).status).toBe(429)
    expect((await browser('198.51.100.1').signIn()).status).toBe(200)
  })
})

describe('the address of a caller', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:0DB8:0000:0000:ffff::1', '2001:db8:0:0::/64'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['', 'unknown'],
    ['192.0.2.1, 198.51.100.1', 'unknown'],
  ])('%j stands for %j', (address, network) => {
    expect(clientNetwork(address)).toBe(network)
  })

  it('is read from our own header alone', async () => {
    const { browser, operators, first } = await openBench({ hasher: fastHasher })
    const operatorId = await first()
    const ada = browser('192.0.2.1')
    const headers = {
      'x-forwarded-for': '203.0.113.9',
      forwarded: 'for=203.0.113.9',
      'x-real-ip': '203.0.113.9',
    }
    await ada.ask('POST', '/api/auth/sign-in/email', { body: { email: EMAIL, password: PASSWORD }, headers })
    expect((await operators.listSessions(operatorId)).map((each) => each.ipAddress)).toEqual(['192.0.2.1'])
  })
})

describe('the counters', () => {
  it('hold so many entries and no more, and drop what was not written for the longest time', () => {
    const map = createBoundedMap<number>(3)
    for (const [at, key] of ['a', 'b', 'c', 'a', 'd'].entries()) map.set(key, at)
    expect(['a', 'b', 'c', 'd'].map(map.get)).toEqual([3, undefined, 2, 4])
    const counter = createWindowCounter({ max: 1, windowMs: MINUTE })
    counter.begin('first', 0)
    for (let count = 0; count < 10_000; count += 1) counter.begin(String(count), 0)
    expect(counter.waitMs('first', 0)).toBe(0)
    expect(counter.waitMs('9999', 0)).toBe(MINUTE)
  })

  it('take an attempt back', () => {
    const window = createWindowCounter({ max: 2, windowMs: MINUTE })
    const delay = createDelayCounter({ free: 2, delayMaxMs: HOUR, forgottenMs: DAY })
    for (const counter of [window, delay]) {
      counter.begin('a', 0)
      counter.begin('a', 1)
      expect(counter.waitMs('a', 1)).toBeGreaterThan(0)
      counter.undo('a', 2)
      expect(counter.waitMs('a', 2)).toBe(0)
    }
    for (let count = 0; count < 20; count += 1) delay.begin('b', 0)
    expect(delay.waitMs('b', DAY - 1)).toBe(0)
    delay.begin('b', HOUR)
    expect(delay.waitMs('b', HOUR)).toBe(HOUR)
    expect(delay.waitMs('b', HOUR + DAY)).toBe(0)
    delay.begin('b', HOUR + DAY)
    expect(delay.waitMs('b', HOUR + DAY)).toBe(0)
  })
})
