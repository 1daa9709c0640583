import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { visit } from '../support/browser.ts'
import { SCENES } from './scenes.ts'
import { useStage } from './use-stage.ts'

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

const site = useStage()

describe('in both themes', () => {
  it.each(SCENES)('$name has nothing that axe finds, and breaks no policy', async ({ as, open }) => {
    const cookies = as === 'nobody' ? [] : site.stage[as].cookies
    const visitor = await visit(site.browser, site.stage.door, { cookies })
    const { page } = visitor
    try {
      await open(page, site.stage)
      for (const scheme of ['light', 'dark'] as const) {
        // The console follows the system's theme at once; opening every scene twice took CI ten minutes.
        await page.emulateMedia({ colorScheme: scheme })
        await page.locator(`html[data-mantine-color-scheme="${scheme}"]`).waitFor()
        // Colours fade where a button was busy.
        await page.waitForTimeout(300)
        expect(await findings(page), scheme).toEqual([])
      }
      expect(visitor.complaints).toEqual([])
      expect(await page.title()).not.toMatch(/^(Loading)?$/)
    } finally {
      await visitor.close()
    }
  })
})

async function findings(page: Page): Promise<readonly string[]> {
  // The pages have no frames of other origins; without this, each look costs another empty page.
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).setLegacyMode(true).analyze()
  return violations.map(
    ({ id, help, nodes }) => `${id}: ${help}\n  ${nodes.map(({ html }) => html).join('\n  ')}`,
  )
}

describe('the menu of narrow screens', () => {
  it.each(['light', 'dark'] as const)('has nothing that axe finds in the %s theme', async (scheme) => {
    const visitor = await visit(site.browser, site.stage.door, {
      scheme,
      cookies: site.stage.admin.cookies,
      width: 375,
      height: 740,
    })
    await visitor.page.goto('/')
    await visitor.page.getByRole('button', { name: 'Open the menu' }).click()
    await visitor.page.getByRole('menuitem', { name: 'API Keys' }).waitFor()
    expect(await findings(visitor.page)).toEqual([])
    await visitor.close()
  })
})
