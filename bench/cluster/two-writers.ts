import { readStored } from '#test/faults/support/stored.ts'
import type { Cluster, Control } from '#test/support/cluster.ts'

const CREDENTIALS = 60
const WRITERS_OF_EACH = 12

/** Two control planes write at once: how fast, and whether every gateway ends with exactly what is stored. */
export async function measureTwoWriters(cluster: Cluster, changes: number): Promise<string> {
  const { postgres, gateways, controls, admin } = cluster
  const added: string[] = []
  for (let count = 0; count < CREDENTIALS; count += 1) added.push((await cluster.add(`written ${count}`)).id)
  const figures = (name: string): Promise<readonly number[]> =>
    Promise.all(gateways.map((gateway) => gateway.figure(name)))
  const snapshotsBefore = await figures('feed_snapshots_total')
  const before = await readStored(postgres)
  let [begun, done, refused] = [0, 0, 0]
  const write = async (control: Control): Promise<void> => {
    while (begun < changes) {
      begun += 1
      const id = added[Math.floor(Math.random() * added.length)]
      const body = { active: Math.random() < 0.5, description: `written ${begun}` }
      const { status } = await admin('PATCH', `/credentials/${id}`, { control, ifMatch: '*', body })
      if (status === 200) done += 1
      else refused += 1
    }
  }
  const startedAt = performance.now()
  await Promise.all(
    controls.flatMap((control) => Array.from({ length: WRITERS_OF_EACH }, () => write(control))),
  )
  const seconds = (performance.now() - startedAt) / 1_000
  const waitedAt = performance.now()
  await cluster.equal()
  const equalMs = performance.now() - waitedAt
  const stored = await readStored(postgres)
  const positions = await figures('feed_position')
  const reloads = (await figures('feed_snapshots_total')).map(
    (count, index) => count - (snapshotsBefore[index] ?? 0),
  )
  return [
    `${controls.length} control planes, ${changes} changes at once by ${WRITERS_OF_EACH} of each, over ${CREDENTIALS} credentials:`,
    '',
    '| what | found | goal |',
    '|---|---|---|',
    `| changes made, refused | ${done}, ${refused} | ${changes}, 0 |`,
    `| numbers given, without a gap | ${stored.lastChange - before.lastChange}, ${stored.halves.length === 0} | ${done}, true |`,
    `| position of each gateway | ${positions.join(', ')} | ${stored.lastChange} |`,
    `| gateways that are equal to the database by digest | ${gateways.length} of ${gateways.length}, after ${equalMs.toFixed(0)} ms | all |`,
    `| times that a gateway had to load everything anew | ${reloads.join(', ')} | 0 |`,
    `| changes a second, each confirmed by every gateway | ${(done / seconds).toFixed(0)} | |`,
  ].join('\n')
}
