import { describe, expect, it } from 'vitest'
import { createTrust } from './trusted-proxies.ts'

describe('trusted proxies', () => {
  const isTrusted = createTrust(['127.0.0.1', '10.1.0.0/16', '::1', 'fd00::/8'])

  it.each([
    '127.0.0.1',
    '::ffff:127.0.0.1',
    '::FFFF:127.0.0.1',
    '10.1.0.0',
    '10.1.255.255',
    '::1',
    'fd12::1',
  ])('%s is one of them', (address) => {
    expect(isTrusted(address)).toBe(true)
  })

  it.each([
    '',
    'localhost',
    '127.0.0.2',
    '10.2.0.1',
    '::2',
    'fe00::1',
    '::ffff:10.2.0.1',
    '127.1',
    '127.0.0.1, 10.2.0.1',
  ])('%j is none', (address) => {
    expect(isTrusted(address)).toBe(false)
  })

  it('are none where none is named', () => {
    expect(createTrust([])('127.0.0.1')).toBe(false)
  })
})
