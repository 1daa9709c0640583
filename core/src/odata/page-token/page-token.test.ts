import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromBase64Url, toBase64Url } from './base64url.ts'
import { wrapNextLink } from './next-link.ts'
import { signedText, splitPageToken, wrapPageToken } from './page-token.ts'

const wrap = (token: string) => `gw[${token}]`

describe('row 51: the format of page tokens', () => {
  it('base64url is what Node writes, and is read in that spelling alone', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const encoded = toBase64Url(text)
        expect(encoded).toBe(Buffer.from(text).toString('base64url'))
        expect(fromBase64Url(encoded)).toBe(text)
      }),
    )
    for (const text of ['YQ==', 'YR', 'Y', 'Y Q', 'YQ+', '_w', 'gICA'])
      expect(fromBase64Url(text)).toBeUndefined()
  })

  it('whatever is wrapped is split again, with the endpoints in order', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (token) => {
        const text = wrapPageToken({
          mac: 'm_-9',
          endpoints: ['GET Events', 'GET Accounts', 'GET Events'],
          token,
        })
        expect(text).toMatch(/^gw(\.[A-Za-z0-9_-]*){3}$/)
        expect(splitPageToken(text)).toEqual({
          mac: 'm_-9',
          endpoints: ['GET Accounts', 'GET Events'],
          token,
        })
      }),
    )
    expect(splitPageToken(wrapPageToken({ mac: 'm', endpoints: [], token: '' }))).toEqual({
      mac: 'm',
      endpoints: [],
      token: '',
    })
  })

  it.each([
    '',
    '5',
    'gw',
    'gw.m',
    'gw.m.YQ',
    'gw..YQ.YQ',
    'gw.m.YQ.YQ.',
    'GW.m.YQ.YQ',
    'gw.m!.YQ.YQ',
    'gw.m.YQ=.YQ',
    ' gw.m.YQ.YQ',
  ])('nothing else is one: %s', (text) => {
    expect(splitPageToken(text)).toBeUndefined()
  })

  it('no two tokens are signed by the same text', () => {
    const one = { credentialId: 'c', catalogId: 'odata', endpoints: ['GET Events'], token: 't' }
    const others = [
      { ...one, credentialId: 'd' },
      { ...one, catalogId: 'odata2' },
      { ...one, credentialId: 'codata', catalogId: '' },
      { ...one, endpoints: [] },
      { ...one, endpoints: ['GET Events', 't'], token: '' },
      { ...one, endpoints: ['GET Events', 'GET Accounts'] },
      { ...one, token: 'u' },
      { ...one, token: '1:t\n1:t' },
    ]
    const texts = [one, ...others].map(signedText)
    expect(new Set(texts).size).toBe(texts.length)
    expect(signedText({ ...one, endpoints: ['b', 'a', 'b'] })).toBe(
      signedText({ ...one, endpoints: ['a', 'b'] }),
    )
  })
})

describe('row 51: tokens in next links', () => {
  it.each([
    ['Events?$skiptoken=5', 'Events?$skiptoken=gw[5]'],
    ['Events?$SkipToken=5&$top=1', 'Events?$SkipToken=gw[5]&$top=1'],
    ['Events?skiptoken=5', 'Events?skiptoken=gw[5]'],
    ['Events?%24skiptoken=5', 'Events?%24skiptoken=gw[5]'],
    ['Events?%24%73kiptoken=a%26b%2Bc+d', 'Events?%24%73kiptoken=gw[a&b+c d]'],
    ['https://h/Events?$top=1&$skiptoken=%27%C3%BC%27#x', "https://h/Events?$top=1&$skiptoken=gw['ü']#x"],
    ['Events?$skiptoken', 'Events?$skiptoken=gw[]'],
    ['Events?$skiptoken=1&skiptoken=2', 'Events?$skiptoken=gw[1]&skiptoken=gw[2]'],
    ['Events?$skip=50', 'Events?$skip=50'],
    ['Events', 'Events'],
    ['Events?$expand=bookings($skiptoken=7)', 'Events?$expand=bookings($skiptoken=7)'],
    ["Events?$filter=Name%20eq%20'$skiptoken=5'", "Events?$filter=Name%20eq%20'$skiptoken=5'"],
    [
      'Events?ODataQuery=%24top%3D1%26%24skiptoken%3D5',
      `Events?ODataQuery=${encodeURIComponent('$top=1&$skiptoken=gw[5]')}`,
    ],
    ['Events?odataquery=$skiptoken=5', `Events?odataquery=${encodeURIComponent('$skiptoken=gw[5]')}`],
    [
      "Events?ODataQuery=$filter=Name%20eq%20'%26$skiptoken=5'",
      "Events?ODataQuery=$filter=Name%20eq%20'%26$skiptoken=5'",
    ],
    ['Events?$skiptoken=%', undefined],
    ['Events?%=1', undefined],
    ['Events?ODataQuery=%E0%A4', undefined],
  ])('%s', (link, wrapped) => {
    expect(wrapNextLink(link, wrap)).toBe(wrapped)
  })
})
