import { buildConsole } from '../../console/scripts/build.ts'
import { provideChromium } from './chromium.ts'

/** Before any test: the console's pages as they are now, and a browser to look at them. */
export default async function setup(): Promise<void> {
  const log = (line: string): void => void process.stdout.write(`${line}\n`)
  await buildConsole({ log })
  provideChromium(log)
}
