import { expect, test } from 'vitest'
import { createHealth } from './health.ts'

const ask = (path: string, method = 'GET'): Request => new Request(`http://127.0.0.1${path}`, { method })

test('it is alive whatever is away, and ready while nothing is', async () => {
  let reason: string | undefined = 'The database cannot be reached.'
  const health = createHealth(() => reason)
  expect((await health.answer(ask('/livez'))).status).toBe(200)
  const away = await health.answer(ask('/readyz'))
  expect([away.status, away.headers.get('retry-after'), await away.json()]).toEqual([
    503,
    '1',
    { status: 'not ready', reason },
  ])
  reason = undefined
  const there = await health.answer(ask('/readyz'))
  expect([there.status, await there.json()]).toEqual([200, { status: 'ready' }])
})

test('a process that is being stopped is alive, and not ready', async () => {
  const health = createHealth(() => undefined)
  health.stopping()
  expect((await health.answer(ask('/livez'))).status).toBe(200)
  expect((await health.answer(ask('/readyz'))).status).toBe(503)
})

test('only looking is possible', async () => {
  const health = createHealth(() => undefined)
  const answer = await health.answer(ask('/readyz', 'POST'))
  expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
})
