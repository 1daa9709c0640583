import type { Machine } from './machine.ts'
import { startNginx } from './nginx.ts'
import type { Running } from './process.ts'

/** About 1 KB of JSON, as an event of an API may look. */
export const ANSWER = JSON.stringify({
  events: Array.from({ length: 8 }, (_, index) => ({
    EventID: 9_000 + index,
    Organization: '10',
    Description: `Annual gathering of the ${index + 1} regional associations`,
    StartDate: '2026-05-04T09:00:00',
    Status: 'Confirmed',
  })),
})

/** The API that all of them stand before: nginx, which answers each request the same. */
export async function startUpstream(machine: Machine, folder: string, port: number): Promise<Running> {
  const server = `location / { default_type application/json; return 200 '${ANSWER}'; }`
  return await startNginx(machine, { name: 'upstream', folder, port, core: 'load', server })
}
