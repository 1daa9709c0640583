import { expect } from 'vitest'
import { type Answer, type Browser, keepCookies, ORIGIN } from './console.ts'

// The test may put a fetch of its own in the server's way, but not in the browser's.
const browserFetch = globalThis.fetch

/** Goes to the provider and signs in there; answers the path with which the provider sends the browser back. */
export async function visitProvider(url: string, login: string): Promise<string> {
  const cookies = new Map<string, string>()
  let next = url
  for (let hops = 0; hops < 20; hops += 1) {
    if (next.startsWith(ORIGIN)) return next.slice(ORIGIN.length)
    let response = await visit(cookies, next)
    if (response.status === 200) {
      const prompt = (await response.text()).includes('name="login"') ? 'login' : 'consent'
      response = await visit(cookies, next, new URLSearchParams({ prompt, login, password: 'any' }))
    }
    next = new URL(response.headers.get('location') ?? '', next).href
  }
  throw new Error('the provider sends the browser around in circles')
}

async function visit(cookies: Map<string, string>, url: string, form?: URLSearchParams): Promise<Response> {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const response = await browserFetch(url, {
    redirect: 'manual',
    headers: { cookie },
    ...(form && { method: 'POST', body: form }),
  })
  keepCookies(cookies, response.headers)
  return response
}

/** Begins a single sign-on; answers the provider's address. */
export async function startSignOn(browser: Browser, body: object = { provider: 'sso' }): Promise<string> {
  const answer = await browser.post('/sign-in/social', body)
  expect(answer.status, answer.text).toBe(200)
  return answer.json.url
}

/** Single sign-on from the first to the last step. */
export async function signOn(browser: Browser, login: string): Promise<Answer> {
  return await browser.ask('GET', await visitProvider(await startSignOn(browser), login))
}

/** Whether the browser is on the sign-in page with this error, and has no session. */
export function expectSentBack(answer: Answer, error: string): void {
  expect(answer.status, answer.text).toBe(302)
  expect(answer.headers.get('location')).toBe(`/sign-in?error=${error}`)
  expect(answer.headers.getSetCookie().some((line) => line.startsWith('stagedoor_session='))).toBe(false)
}
