import { describe, expect, it } from 'vitest'
import { visit } from '../support/browser.ts'
import { SCENES } from './scenes.ts'
import { useStage } from './use-stage.ts'

const site = useStage()

describe('on a narrow screen', () => {
  it.each(SCENES)('$name scrolls nothing sideways', async ({ as, open, name }) => {
    const cookies = as === 'nobody' ? [] : site.stage[as].cookies
    const visitor = await visit(site.browser, site.stage.door, { cookies, width: 375, height: 740 })
    // These menus are one menu there.
    if (name === 'account-menu') return await visitor.close()
    try {
      await open(visitor.page, site.stage)
      const wide = await visitor.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
      expect(wide).toBeLessThanOrEqual(0)
    } finally {
      await visitor.close()
    }
  })
})
