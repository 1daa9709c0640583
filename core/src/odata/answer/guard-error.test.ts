import { describe, expect, it } from 'vitest'
import { guardErrorAnswer } from './guard-error.ts'
import { EVENT_MODEL } from './testing/event-model.ts'

const NEUTRAL = 'The service did not carry out the request. Its own words are not shown to this credential.'

type ErrorBody = { readonly error: Readonly<Record<string, unknown>> }

function guarded(error: unknown, granted: readonly string[] = ['Events']): ErrorBody['error'] {
  const bytes = new TextEncoder().encode(typeof error === 'string' ? error : JSON.stringify({ error }))
  const answer = guardErrorAnswer(EVENT_MODEL, bytes, (name) => granted.includes(name))
  expect(answer.replaced).toBe(true)
  return (JSON.parse(new TextDecoder().decode(answer.bytes)) as ErrorBody).error
}

describe('section 1d: words of the upstream about what a credential cannot see', () => {
  it.each([
    'Not found',
    'The page of Events does not exist. Ask for an earlier one.',
    'Invalid value for $filter: ID has to be a number, 17 expected.',
    "Property 'Name' of 'Events' is read only",
    'A header is required for PATCH',
  ])('are relayed where they name what is granted: %s', (message) => {
    expect(guarded({ code: '404', message, target: 'Name' })).toEqual({
      code: '404',
      message,
      target: 'Name',
    })
  })

  it.each([
    'No such Account',
    'there is no account with this key',
    'ACCOUNTS is locked',
    "Property 'Secret' does not exist",
    'Column credit_limit is unknown',
    'near EM.Account',
    'see http://internal.test/Events',
    'Customer Acme is blocked',
    'CreditLimit 500 is exceeded',
    'the event of Ko\u0308ln',
    'Session speaker',
    'Event “Gala of Acme” is over',
    'Nope '.repeat(300),
  ])('are not, where they do not: %s', (message) => {
    expect(guarded({ code: '404', message, target: 'account' })).toEqual({ code: '404', message: NEUTRAL })
    const details = [{ code: 'x', message, target: 'account/CreditLimit' }]
    expect(guarded({ code: '404', message: 'Not found', details })).toEqual({
      code: '404',
      message: 'Not found',
      details: [{ code: 'x', message: NEUTRAL }],
    })
  })

  it('more is shown to who may read more', () => {
    const error = { code: 'Account_Locked', message: 'The Account is locked', target: 'account' }
    expect(guarded(error)).toEqual({ code: '', message: NEUTRAL })
    expect(guarded(error, ['Events', 'Accounts'])).toEqual(error)
  })

  it('stacks, annotations and bodies of another kind never are', () => {
    const stack = { innererror: { stack: 'at Accounts' }, '@Common.numericSeverity': 4, inner: 'Accounts' }
    expect(guarded({ code: 'E-1', message: 'Not found', ...stack })).toEqual({
      code: 'E-1',
      message: 'Not found',
    })
    for (const body of [
      '<html>Accounts</html>',
      '"Accounts"',
      '{"error":"Accounts"}',
      '{"fault":{"message":"Not found"}}',
      '[]',
    ])
      expect(guarded(body)).toEqual({ code: '', message: NEUTRAL })
  })

  it('a code is relayed if no withheld name is in it', () => {
    expect(guarded({ code: 'ENTITY_NOT_FOUND', message: 'm' })['code']).toBe('ENTITY_NOT_FOUND')
    for (const code of ['invoices.missing', 'INVOICES_MISSING', 'a b', 'x'.repeat(65)])
      expect(guarded({ code, message: 'm' })['code']).toBe('')
  })

  it('who may call everything sees them as they are', () => {
    const bytes = new TextEncoder().encode('<html>')
    expect(guardErrorAnswer(EVENT_MODEL, bytes, 'all')).toEqual({ bytes, replaced: false })
  })
})
