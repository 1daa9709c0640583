import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { findChromium } from './chromium.ts'
import type { Stagedoor } from './stagedoor.ts'

const ARGS = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-gpu',
  '--disable-quic',
  '--disable-sync',
  '--no-first-run',
]

/** A real Chromium. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = findChromium()
  if (executablePath === undefined) throw new Error('there is no Chromium')
  // As root the sandbox of the browser does not work; the tests show it nothing but our own pages.
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  return await chromium.launch({ executablePath, args: [...ARGS, ...asRoot] })
}

export type Visitor = {
  readonly page: Page
  readonly context: BrowserContext
  /** What the browser complained about: errors of scripts, refused by the content security policy, failed requests. */
  readonly complaints: string[]
  readonly close: () => Promise<void>
}

export type VisitOptions = {
  readonly scheme?: 'light' | 'dark'
  readonly width?: number
  readonly height?: number
  /** Cookies of somebody signed in. */
  readonly cookies?: readonly Cookie[]
}

export type Cookie = { readonly name: string; readonly value: string }

/** A person with a browser of their own, at the console. */
export async function visit(
  browser: Browser,
  door: Pick<Stagedoor, 'adminUrl'>,
  options: VisitOptions = {},
): Promise<Visitor> {
  const { scheme = 'light', width = 1280, height = 900, cookies = [] } = options
  const context = await browser.newContext({
    baseURL: door.adminUrl,
    colorScheme: scheme,
    viewport: { width, height },
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  context.setDefaultTimeout(60_000)
  await context.addCookies(cookies.map((cookie) => ({ ...cookie, url: door.adminUrl })))
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(`page error: ${error.message}`))
  page.on('console', (message) => {
    // A refused request is said by the browser too; whether it was right to refuse it is the test's business.
    const refused = message.text().startsWith('Failed to load resource')
    if (!refused && ['error', 'warning'].includes(message.type()))
      complaints.push(`console: ${message.text()}`)
  })
  return { page, context, complaints, close: () => context.close() }
}

/** What is on the clipboard now. */
export async function clipboardOf(page: Page): Promise<string> {
  return await page.evaluate(() => navigator.clipboard.readText())
}
