import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBrowser, visit } from '../support/browser.ts'
import { type Stage } from './scene.ts'
import { SCENES } from './scenes.ts'
import { openStage } from './stage.ts'

let stage: Stage
let browser: Browser
beforeAll(async () => {
  stage = await openStage()
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await stage?.door.stop()
})

describe('on a narrow screen', () => {
  it.each(SCENES)('$name scrolls nothing sideways', async ({ as, open, name }) => {
    const cookies = as === 'nobody' ? [] : stage[as].cookies
    const visitor = await visit(browser, stage.door, { cookies, width: 375, height: 740 })
    // These menus are one menu there.
    if (name === 'account-menu') return await visitor.close()
    try {
      await open(visitor.page, stage)
      const wide = await visitor.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
      expect(wide).toBeLessThanOrEqual(0)
    } finally {
      await visitor.close()
    }
  })
})
