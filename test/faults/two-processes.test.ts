import { rmSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { PLAIN, plainConfig } from '../support/plain-config.ts'
import { ended, spawnStagedoor, startStagedoor, temporaryFolder } from '../support/stagedoor.ts'

// Guarantee (security.md F-06): one data directory, one process.

const folder = temporaryFolder()
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const options = { config: plainConfig(), env: { STAGEDOOR_MANAGEMENT_TOKEN: 'a-management-token-of-two' } }

test('a second process on a data directory refuses, naming the first; once that is killed, a third starts', async () => {
  const first = await startStagedoor({ folder, ...options })
  const add = (title: string): Promise<{ readonly status: number }> =>
    first.admin('POST', `${PLAIN}/credentials`, { title, authenticationMethod: 'api_token' })
  expect((await add('before the second')).status).toBe(201)

  const begun = performance.now()
  const second = spawnStagedoor(folder, options)
  expect(await ended(second.child)).toBe(1)
  console.info(`the second process ended after ${Math.round(performance.now() - begun)} ms`)
  expect(second.output()).toContain('Stagedoor does not start')
  expect(second.output()).toContain(`in use by another Stagedoor (process ${first.pid})`)
  expect(second.output()).not.toContain('Stagedoor is open')

  // The first one has not noticed.
  expect((await add('after the second')).status).toBe(201)
  await first.kill()
  const third = await startStagedoor({ folder, ...options })
  const { items } = (await third.admin('GET', `${PLAIN}/credentials`)).json
  expect(items.map(({ title }: { readonly title: string }) => title).toSorted()).toEqual([
    'after the second',
    'before the second',
  ])
  const fourth = spawnStagedoor(folder, options)
  expect(await ended(fourth.child)).toBe(1)
  expect(fourth.output()).toContain(`process ${third.pid})`)
  await third.stop()
})
