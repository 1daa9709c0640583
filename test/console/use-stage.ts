import type { Browser } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { openBrowser } from '../support/browser.ts'
import type { Stage } from './scene.ts'
import { openStage } from './stage.ts'

/** Filled before the first test of a file. */
export type Site = { stage: Stage; browser: Browser }

/** A stage and a browser for all tests of a file, which end after the last. To be called outside of tests. */
export function useStage(): Site {
  const site: Partial<Site> = {}
  beforeAll(async () => {
    site.stage = await openStage()
    site.browser = await openBrowser()
  })
  afterAll(async () => {
    await site.browser?.close()
    await site.stage?.door.stop()
  })
  return site as Site
}
