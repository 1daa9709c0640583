import { buildConsole } from '../../console/scripts/build.ts'
import { provideDebian } from '../support/debian.ts'

/** Before any test: the console's pages, without which the program does not start, and Debian's clients. */
export async function setup(): Promise<void> {
  const log = (line: string): void => void process.stdout.write(`${line}\n`)
  provideDebian(log)
  await buildConsole({ log })
}
