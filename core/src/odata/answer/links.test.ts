import { describe, expect, it } from 'vitest'
import { createUrlRewriter, turnLink } from './links.ts'

const addresses = {
  upstreamRoots: ['http://upstream.test:4404/odata/v4/ev', 'https://public.test/ev'],
  root: 'https://gate.test/enterprise/odata',
}

describe('rows 28 and 73, section 1d: addresses in answers', () => {
  it.each([
    ['http://upstream.test:4404/odata/v4/ev/Events(1)', 'https://gate.test/enterprise/odata/Events(1)'],
    ['HTTP://Upstream.Test:4404/odata/v4/ev/Events(1)', 'https://gate.test/enterprise/odata/Events(1)'],
    ['//upstream.test:4404/odata/v4/ev?a=1', 'https://gate.test/enterprise/odata?a=1'],
    ['/odata/v4/ev/$metadata#Events', 'https://gate.test/enterprise/odata/$metadata#Events'],
    ['https://public.test/ev/Events?$top=1', 'https://gate.test/enterprise/odata/Events?$top=1'],
    ['https://public.test:443/ev', 'https://gate.test/enterprise/odata'],
    ['Events(1)', 'Events(1)'],
    ["Events('a:b')/account", "Events('a:b')/account"],
    ['$metadata#Events', '$metadata#Events'],
    ['../$metadata#Accounts', '../$metadata#Accounts'],
    ['../../Events(1)?$filter=a/../b', '../../Events(1)?$filter=a/../b'],
    ['?$skip=5', '?$skip=5'],
  ])('%s becomes %s', (url, turned) => {
    expect(turnLink(url, addresses)).toBe(turned)
  })

  it.each([
    'https://elsewhere.test/odata/v4/ev/Events(1)',
    'http://upstream.test/odata/v4/ev/Events(1)',
    'https://upstream.test:4404/odata/v4/ev/Events(1)',
    'http://upstream.test:4404.evil.test/odata/v4/ev/Events',
    'http://user@upstream.test:4404/odata/v4/ev/Events',
    'http://upstream.test:4404/odata/v4/evil/Events',
    'http://upstream.test:4404/odata/v4/ev/../admin',
    'http://upstream.test:4404/odata/v4/ev/%2E%2e/admin',
    'http://upstream.test:4404/odata/v4/ev/./Events',
    'http://upstream.test:4404/admin',
    '//elsewhere.test/odata/v4/ev/Events',
    '/admin',
    'Events/../../admin',
    '../Events/..',
    '\\\\elsewhere.test\\x',
    '/odata/v4/ev/..\\admin',
    ' https://elsewhere.test/',
    'java\tscript:alert(1)',
    'javascript:alert(1)',
    'mailto:a@b.test',
    'Events(1)\r\nSet-Cookie: a=b',
  ])('%s leads out of the service', (url) => {
    expect(turnLink(url, addresses)).toBeUndefined()
  })

  it('for a restricted credential tokens are wrapped, delta links and foreign addresses go', () => {
    const rewrite = createUrlRewriter(addresses, (token) => `gw-${token}`)
    expect(rewrite('Events?$skiptoken=a', 'next')).toBe('Events?$skiptoken=gw-a')
    expect(rewrite('Events?$skip=50', 'next')).toBe('Events?$skip=50')
    expect(rewrite('/odata/v4/ev/Events?$skiptoken=a', 'next')).toBe(
      'https://gate.test/enterprise/odata/Events?$skiptoken=gw-a',
    )
    expect(rewrite('Events?$deltatoken=a', 'delta')).toBeUndefined()
    expect(rewrite('https://elsewhere.test/', 'other')).toBeUndefined()
  })

  it('for who may call everything nothing goes', () => {
    const rewrite = createUrlRewriter(addresses, undefined)
    expect(rewrite('Events?$skiptoken=a', 'next')).toBe('Events?$skiptoken=a')
    expect(rewrite('Events?$deltatoken=a', 'delta')).toBe('Events?$deltatoken=a')
    expect(rewrite('https://elsewhere.test/', 'other')).toBe('https://elsewhere.test/')
    expect(rewrite('https://public.test/ev/Me', 'other')).toBe('https://gate.test/enterprise/odata/Me')
  })
})
