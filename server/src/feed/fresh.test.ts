import { expect, it } from 'vitest'
import { createFresh } from './fresh.ts'

/** Work whose end the test decides. */
function controlled() {
  const runs: PromiseWithResolvers<number>[] = []
  const fresh = createFresh(() => {
    const run = Promise.withResolvers<number>()
    runs.push(run)
    return run.promise
  })
  return { runs, fresh }
}

it('gives those who ask during a run the result of the next one, which they share', async () => {
  const { runs, fresh } = controlled()
  const early = fresh()
  const late = [fresh(), fresh()]
  expect(runs).toHaveLength(1)
  runs[0]?.resolve(1)
  expect(await early).toBe(1)
  expect(runs).toHaveLength(2)
  const later = fresh()
  runs[1]?.resolve(2)
  expect(await Promise.all(late)).toEqual([2, 2])
  runs[2]?.resolve(3)
  expect(await later).toBe(3)
})

it('runs the next one where the one before has failed', async () => {
  const { runs, fresh } = controlled()
  const early = fresh()
  const late = fresh()
  runs[0]?.reject(new Error('no'))
  await expect(early).rejects.toThrow('no')
  runs[1]?.resolve(2)
  expect(await late).toBe(2)
})
