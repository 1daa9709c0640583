import { AxeBuilder } from '@axe-core/playwright'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBrowser, visit } from '../support/browser.ts'
import { type Stage } from './scene.ts'
import { SCENES } from './scenes.ts'
import { openStage } from './stage.ts'

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

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

describe.each(['light', 'dark'] as const)('in the %s theme', (scheme) => {
  it.each(SCENES)('$name has nothing that axe finds, and breaks no policy', async ({ as, open }) => {
    const cookies = as === 'nobody' ? [] : stage[as].cookies
    const visitor = await visit(browser, stage.door, { scheme, cookies })
    try {
      await open(visitor.page, stage)
      // Colours fade where a button was busy.
      await visitor.page.waitForTimeout(300)
      const { violations } = await new AxeBuilder({ page: visitor.page }).withTags(RULES).analyze()
      const found = violations.map(
        ({ id, help, nodes }) => `${id}: ${help}\n  ${nodes.map(({ html }) => html).join('\n  ')}`,
      )
      expect(found).toEqual([])
      expect(visitor.complaints).toEqual([])
      expect(await visitor.page.title()).not.toMatch(/^(Loading)?$/)
    } finally {
      await visitor.close()
    }
  })
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

describe('the menu of narrow screens', () => {
  it.each(['light', 'dark'] as const)('has nothing that axe finds in the %s theme', async (scheme) => {
    const visitor = await visit(browser, stage.door, {
      scheme,
      cookies: stage.admin.cookies,
      width: 375,
      height: 740,
    })
    await visitor.page.goto('/')
    await visitor.page.getByRole('button', { name: 'Open the menu' }).click()
    await visitor.page.getByRole('menuitem', { name: 'API Keys' }).waitFor()
    const { violations } = await new AxeBuilder({ page: visitor.page }).withTags(RULES).analyze()
    expect(violations.map(({ id }) => id)).toEqual([])
    await visitor.close()
  })
})
