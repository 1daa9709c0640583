import { buildConsole } from '../../console/scripts/build.ts'
import { provideChromium } from './chromium.ts'
import { fetchPostgres } from './fetched-postgres.ts'
import { POSTGRES_BIN } from './postgres.ts'

/** Before any test: the console's pages as they are now, a browser to look at them, and a PostgreSQL. */
export default async function setup(): Promise<void> {
  const log = (line: string): void => void process.stdout.write(`${line}\n`)
  await buildConsole({ log })
  provideChromium(log)
  if (POSTGRES_BIN === undefined) fetchPostgres()
}
