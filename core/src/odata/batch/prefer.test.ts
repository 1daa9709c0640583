import { describe, expect, it } from 'vitest'
import { checkPrefer } from './prefer.ts'

describe('rows 51, 74 and 75: Prefer', () => {
  it.each([
    ['return=minimal', 'return=minimal'],
    ['Return = representation , odata.maxpagesize=20', 'return=representation, odata.maxpagesize=20'],
    ['odata.continue-on-error', 'odata.continue-on-error'],
    ['continue-on-error=false, handling=strict', 'continue-on-error=false, handling=strict'],
    ['odata.include-annotations="*"', 'odata.include-annotations="*"'],
    ['return=minimal, return=representation', 'return=minimal'],
  ])('%s goes on', (text, prefer) => {
    expect(checkPrefer(text)).toEqual({ ok: true, prefer, trackChanges: false })
  })

  it.each([
    'respond-async',
    'Respond-Async, wait=10',
    'callback; url="http://evil"',
    'odata.callback;url="http://evil"',
    'ODATA.Callback; url="http://evil,return=minimal"',
    'callback',
    'wait=100',
    'return=everything',
    'maxpagesize=-1',
    'maxpagesize=1;url="http://evil"',
    'whatever=1',
    '',
  ])('%s does not', (text) => {
    expect(checkPrefer(text)).toEqual({ ok: true, prefer: undefined, trackChanges: false })
  })

  it('tracking changes is told', () => {
    expect(checkPrefer('odata.track-changes')).toMatchObject({
      prefer: 'odata.track-changes',
      trackChanges: true,
    })
    expect(checkPrefer('return=minimal, Track-Changes')).toMatchObject({ trackChanges: true })
  })

  it.each(['return="minimal', 'return=minimal\r\nX: y', 'a\u0000'])(
    'what is no header is refused: %j',
    (text) => {
      expect(checkPrefer(text)).toMatchObject({ ok: false, code: 'odata_malformed' })
    },
  )
})

it('a Prefer of megabytes takes no longer than its length asks for', () => {
  const blanks = ' '.repeat(4 * 1024 * 1024)
  const prefer = `return=${blanks}x y, ${blanks}return${blanks}=${blanks}minimal${blanks}`
  expect(checkPrefer(prefer)).toEqual({ ok: true, prefer: 'return=minimal', trackChanges: false })
})
