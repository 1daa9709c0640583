import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as passed } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { openSqlite } from '../server/src/storage/sqlite.ts'
import { addStored, countsOf, lastUseOf } from '../server/src/usage/test/stored.ts'
import { unusedPort } from './support/unused-port.ts'

const ROUNDS = 10
const TOKEN = 'a-node-token-of-at-least-32-characters'
const directory = mkdtempSync(join(tmpdir(), 'stagedoor-use-crash-'))
const running = new Set<ChildProcess>()

afterAll(() => {
  for (const child of running) child.kill('SIGKILL')
  rmSync(directory, { recursive: true, force: true })
})

async function start(script: string, ...args: readonly string[]): Promise<ChildProcess> {
  const path = join(import.meta.dirname, 'support', script)
  const child = spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  running.add(child)
  child.once('exit', () => running.delete(child))
  await once(child.stdout, 'data')
  return child
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

/** Waits until the child has said something so many times. */
async function heard(child: ChildProcess, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) await once(child.stdout ?? child, 'data')
}

test('killed at any point, gateways and control planes count no call twice, and lose none that was said to arrive', async () => {
  const [data, gateway] = [join(directory, 'data'), join(directory, 'gateway')]
  mkdirSync(gateway)
  const before = await openSqlite({ directory: data, now: Date.now })
  await addStored(before.db, 'tnt_harbour', 'a')
  await before.close()
  const port = String(await unusedPort())
  let control = await start('use-control.ts', data, port, TOKEN)
  for (let round = 0; round < ROUNDS; round += 1) {
    const child = await start('use-gateway.ts', gateway, port, TOKEN)
    await heard(child, 1 + Math.random() * 15)
    await passed(Math.random() * 8)
    if (round % 3 === 2) {
      await kill(control)
      await passed(Math.random() * 50)
      control = await start('use-control.ts', data, port, TOKEN)
    }
    await kill(child)
  }
  await once(await start('use-gateway.ts', gateway, port, TOKEN, 'drain'), 'exit')
  await kill(control)

  const after = await openSqlite({ directory: data, now: Date.now })
  const held = [...(await countsOf(after.db)).values()].reduce((sum, calls) => sum + calls, 0)
  const lastUse = await lastUseOf(after.db, 'tok_a')
  await after.close()
  const counted = readFileSync(join(gateway, 'counted')).length
  const lines = readFileSync(join(gateway, 'arrived'), 'utf8').trim().split('\n')
  const arrived = new Map(lines.map((line) => line.split(' ').map(Number) as [number, number]))
  const sum = [...arrived.values()].reduce((total, calls) => total + calls, 0)
  const repeated = existsSync(join(data, 'repeated')) ? readFileSync(join(data, 'repeated')).length : 0
  console.info(`${ROUNDS} kills: ${counted} counted, ${held} held; ${repeated} batches came again`)
  expect(held).toBe(sum)
  expect(held).toBeLessThanOrEqual(counted)
  expect(held).toBeGreaterThan(0)
  expect(lastUse).not.toBeNull()
})
