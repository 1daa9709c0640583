import { describe, expect, it } from 'vitest'
import { isSameOrigin } from './same-origin.ts'

const ORIGINS = ['https://console.example', 'http://localhost:4000']

function check(method: string, headers: Readonly<Record<string, string>>): boolean {
  return isSameOrigin({ method, header: (name) => headers[name] }, ORIGINS)
}

describe('a request of the console', () => {
  const marked = { 'x-stagedoor-console': '1' }
  it.each([
    ['GET', {}, true],
    ['HEAD', { origin: 'https://evil.example' }, true],
    ['POST', { ...marked, origin: 'https://console.example' }, true],
    ['DELETE', { ...marked, origin: 'http://localhost:4000' }, true],
    ['POST', { ...marked, 'sec-fetch-site': 'same-origin' }, true],
    ['POST', { origin: 'https://console.example' }, false],
    ['POST', { 'x-stagedoor-console': '0', origin: 'https://console.example' }, false],
    ['POST', marked, false],
    ['POST', { ...marked, 'sec-fetch-site': 'same-site' }, false],
    ['POST', { ...marked, 'sec-fetch-site': 'none' }, false],
    ['POST', { ...marked, origin: 'null', 'sec-fetch-site': 'same-origin' }, false],
    ['POST', { ...marked, origin: '' }, false],
    ['POST', { ...marked, origin: 'https://console.example.evil.example' }, false],
    ['POST', { ...marked, origin: 'https://console.example:8443' }, false],
    ['POST', { ...marked, origin: 'http://console.example' }, false],
    ['POST', { ...marked, origin: 'HTTPS://console.example' }, false],
    ['OPTIONS', {}, false],
    ['get', {}, false],
  ])('%s with %j: %s', (method, headers, expected) => {
    expect(check(method, headers)).toBe(expected)
  })
})
