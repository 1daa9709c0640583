import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { buildConsole } from '../../console/scripts/build.ts'
import { openBrowser, visit } from '../support/browser.ts'
import { provideChromium } from '../support/chromium.ts'
import { ROOT } from '../support/stagedoor.ts'
import { SCENES } from './scenes.ts'
import { openStage } from './stage.ts'

// Photographs every scene of the console, in both themes and three sizes, into pictures/: npm run pictures [name ...]

const SIZES = [
  { name: 'phone', width: 375, height: 780 },
  { name: 'laptop', width: 1440, height: 900 },
  { name: '4k', width: 3840, height: 2160 },
] as const

/** On a phone its menu is another one. */
const NOT_ON_PHONES = new Set(['account-menu'])

const say = (line: string): void => void process.stdout.write(`${line}\n`)
const wanted = process.argv.slice(2)
const folder = join(ROOT, 'pictures')
rmSync(folder, { recursive: true, force: true })
mkdirSync(folder)
await buildConsole({ log: say })
provideChromium(say)
const stage = await openStage()
const browser = await openBrowser()
try {
  for (const { name, as, open } of SCENES) {
    if (wanted.length > 0 && !wanted.includes(name)) continue
    for (const scheme of ['light', 'dark'] as const) {
      for (const size of SIZES) {
        if (size.name === 'phone' && NOT_ON_PHONES.has(name)) continue
        const cookies = as === 'nobody' ? [] : stage[as].cookies
        const visitor = await visit(browser, stage.door, { scheme, cookies, ...size })
        await open(visitor.page, stage)
        // Drawers slide in.
        await visitor.page.waitForTimeout(250)
        await visitor.page.screenshot({ path: join(folder, `${name}-${size.name}-${scheme}.png`) })
        await visitor.close()
      }
    }
    say(name)
  }
} finally {
  await browser.close()
  await stage.door.stop()
}
say(`The pictures are in ${folder}.`)
