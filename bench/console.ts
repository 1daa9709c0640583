import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildConsole } from '@stagedoor/console/scripts/build.ts'
import type { CDPSession, Page } from 'playwright-core'
import { openBrowser, visit } from '#test/support/browser.ts'
import { provideChromium } from '#test/support/chromium.ts'
import { firstOperator } from '#test/support/operators.ts'
import { shippedConfig } from '#test/support/shipped-config.ts'
import { type Stagedoor, startStagedoor, temporaryFolder } from '#test/support/stagedoor.ts'

// What the console weighs, and whether it stays smooth with many endpoints and credentials: npm run bench:console

const ENDPOINTS = 5000
const CREDENTIALS = 10_000
const AT_ONCE = 16
const CPU_SLOWED = 4
const KEY_MS = 80
const TENANT = 'tnt_large'
const LIST = `/tenants/${TENANT}/apis/credentials`

const say = (line: string): void => void process.stdout.write(`${line}\n`)

/** A document with so many operations, named as the vendor names them. */
function largeDocument(): object {
  const paths: Record<string, object> = {}
  for (let number = 0; number < ENDPOINTS / 4; number += 1) {
    const resource = `Subject${number % 250}`
    const operation = (verb: string, what: string): object => ({
      operationId: `${verb}${resource}${what}${number}`,
      summary: `${verb} ${what.toLowerCase()} of subject ${number}`,
      tags: [resource],
      responses: { default: { description: 'x' } },
    })
    paths[`/${resource}/Part${number}/{OrgCode}`] = {
      get: operation('Get', 'List'),
      post: operation('Post', ''),
    }
    paths[`/${resource}/Part${number}/{OrgCode}/{Id}`] = {
      get: operation('Get', ''),
      put: operation('Put', ''),
    }
  }
  return { openapi: '3.1.0', info: { title: 'Large', version: '1' }, paths }
}

async function start(): Promise<Stagedoor> {
  const document = join(temporaryFolder(), 'large.json')
  writeFileSync(document, JSON.stringify(largeDocument()))
  const upstreams = { large: { baseUrl: 'http://127.0.0.1:9' } }
  const tenants = [{ id: TENANT, name: 'Large Arena', edition: 'enterprise', upstreams }]
  const config = {
    ...shippedConfig(),
    sandbox: false,
    catalogs: { large: { document, mount: '/large' } },
    tenants,
  }
  return await startStagedoor({ config })
}

async function addCredentials(door: Stagedoor): Promise<void> {
  let next = 0
  const add = async (): Promise<void> => {
    for (let number = next++; number < CREDENTIALS; number = next++) {
      const title = `Partner ${String(number).padStart(5, '0')}`
      const body = { title, description: `The ${number}th`, authenticationMethod: 'api_token' }
      await door.admin('POST', `/api/v1/tenants/${TENANT}/credentials`, body)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, add))
}

type Frames = {
  readonly longestMs: number
  readonly over50: number
  readonly count: number
  readonly medianMs: number
}

/** The gaps between frames while something is done. */
async function framesDuring(page: Page, doing: () => Promise<void>): Promise<Frames> {
  await page.evaluate(() => {
    const gaps: number[] = []
    let last = performance.now()
    let on = true
    const tick = (now: number): void => {
      gaps.push(now - last)
      last = now
      if (on) requestAnimationFrame(tick)
    }
    requestAnimationFrame((now) => {
      last = now
      requestAnimationFrame(tick)
    })
    Object.assign(window, {
      endFrames: () => {
        on = false
        return gaps
      },
    })
  })
  await doing()
  const gaps = await page.evaluate(() => {
    const end: unknown = Reflect.get(window, 'endFrames')
    return typeof end === 'function' ? (end() as number[]) : []
  })
  const sorted = gaps.toSorted((one, other) => one - other)
  return {
    longestMs: Math.round(sorted.at(-1) ?? 0),
    over50: gaps.filter((gap) => gap > 50).length,
    count: gaps.length,
    medianMs: Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0),
  }
}

function toLine(what: string, { longestMs, over50, count, medianMs }: Frames): string {
  return `${what}: longest frame ${longestMs} ms, median ${medianMs} ms, ${over50} of ${count} over 50 ms`
}

async function measureWeight(page: Page, session: CDPSession): Promise<void> {
  const scripts = new Map<string, string>()
  let bytes = 0
  await session.send('Network.enable')
  session.on('Network.responseReceived', ({ requestId, type, response }) => {
    if (type === 'Script') scripts.set(requestId, response.url)
  })
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (scripts.has(requestId)) bytes += encodedDataLength
  })
  await page.goto(LIST)
  await page.getByRole('button', { name: 'Add Credentials' }).waitFor()
  await page.waitForLoadState('networkidle')
  say(
    `First load of the Credentials tab: ${(bytes / 1024).toFixed(0)} KiB of compressed script in ${scripts.size} files (target: under 250 KB)`,
  )
}

await buildConsole({ log: say })
provideChromium(say)
const door = await start()
const browser = await openBrowser()
try {
  const admin = await firstOperator(door)
  const { page, context } = await visit(browser, door, { cookies: admin.cookies })
  const session = await context.newCDPSession(page)
  await measureWeight(page, session)
  say(`Adding ${CREDENTIALS} credentials ...`)
  await addCredentials(door)
  await session.send('Emulation.setCPUThrottlingRate', { rate: CPU_SLOWED })
  await page.goto(LIST)
  await page.getByRole('button', { name: 'Actions of Partner 00000' }).waitFor()
  say(
    toLine(
      `Scrolling through ${CREDENTIALS} credentials, CPU ${CPU_SLOWED}x slower`,
      await framesDuring(page, async () => {
        for (let step = 0; step < 40; step += 1) {
          await page.mouse.wheel(0, 900)
          await page.waitForTimeout(50)
        }
      }),
    ),
  )
  await page.goto(LIST)
  await page.getByRole('button', { name: 'Actions of Partner 00000' }).click()
  await page.getByRole('menuitem', { name: 'Edit Endpoints' }).click()
  await page.getByRole('radio', { name: 'Only chosen endpoints' }).click()
  const search = page.getByRole('searchbox', { name: 'Search operation, title or path' })
  await search.click()
  await page.getByText(`${ENDPOINTS.toLocaleString('en')} endpoints`, { exact: true }).waitFor()
  await page.waitForTimeout(500)
  const rest = await framesDuring(page, async () => await page.waitForTimeout(1000))
  say(toLine('At rest', rest))
  const typing = await framesDuring(page, async () => {
    await search.pressSequentially('get subject1 list', { delay: KEY_MS })
    for (let count = 0; count < 17; count += 1) {
      await page.keyboard.press('Backspace')
      await page.waitForTimeout(KEY_MS)
    }
  })
  say(
    toLine(
      `Typing in the search of ${ENDPOINTS} endpoints, CPU ${CPU_SLOWED}x slower (target: every frame under 50 ms)`,
      typing,
    ),
  )
} finally {
  await browser.close()
  await door.stop()
}
