import { describe, expect, it } from 'vitest'
import { accepted } from './testing/events-model.ts'

function shape(method: string, text: string, more = {}) {
  const { body, result, kind } = accepted(method, text, more)
  const at = result.position
  return {
    kind,
    body: body.kind,
    result: result.kind,
    at:
      at &&
      `${at.collection ? 'many' : 'one'} ${at.type.name} ${[...at.sources.map((each) => each.name), ...at.steps].join('/')}`,
  }
}

describe('What a request has to hold and what its answer holds', () => {
  it.each([
    ['GET', '/Events', 'none', 'entities', 'many EM.Event Events'],
    ['GET', '/Events(1)', 'none', 'entities', 'one EM.Event Events'],
    ['POST', '/Events', 'entity', 'entities', 'one EM.Event Events'],
    ['PATCH', '/Events', 'delta', 'entities', 'many EM.Event Events'],
    ['PATCH', '/Events(1)', 'entity', 'entities', 'one EM.Event Events'],
    ['DELETE', '/Events(1)', 'none', 'nothing', undefined],
    ['GET', '/Events(1)/Sessions(2)', 'none', 'entities', 'one EM.Session Events/Sessions'],
    ['GET', '/Events(1)/Location', 'none', 'value', 'one EM.Location Events/Location'],
    ['PUT', '/Events(1)/Location', 'property', 'value', 'one EM.Location Events/Location'],
    ['PUT', '/Events(1)/Name', 'property', 'value', undefined],
    ['PUT', '/Events(1)/Name/$value', 'media', 'nothing', undefined],
    ['GET', '/Events/$count', 'none', 'count', undefined],
    ['GET', '/Events(1)/Account/$ref', 'none', 'reference', 'one EM.Account Accounts'],
    ['PUT', '/Events(1)/Account/$ref', 'reference', 'nothing', undefined],
    ['GET', '/Invoices(1)/$value', 'none', 'media', undefined],
    ['PUT', '/Events(1)/Banner', 'media', 'nothing', undefined],
    ['POST', '/Events(1)/EM.Cancel', 'parameters', 'entities', 'one EM.Event Events'],
    ['POST', '/MergeAccounts', 'parameters', 'entities', 'one EM.Account Accounts'],
    ['GET', '/TopAccounts(n=1)', 'none', 'entities', 'many EM.Account Accounts'],
    ['POST', '/Rows', 'entity', 'entities', 'one EM.Row Rows'],
    ['GET', '/Rows(1)/X', 'none', 'entities', undefined],
    ['POST', '/Rows(1)/X', 'undescribed', 'entities', undefined],
  ])('%s %s', (method, text, body, result, at) => {
    expect(shape(method, text)).toEqual({ kind: 'resource', body, result, at })
  })

  it('The service itself', () => {
    expect(shape('GET', '')).toMatchObject({ kind: 'service_document' })
    expect(shape('GET', '/$metadata?$format=xml')).toMatchObject({ kind: 'metadata' })
    expect(shape('POST', '/$batch')).toMatchObject({ kind: 'batch', body: 'batch' })
  })
})

describe('A cause', () => {
  it('is the words of the raw text', () => {
    const text = '/Events(1)/Account?%24select=Na%6De&$expand=Events($filter=Parent/ID%20gt%201)'
    const causes = accepted('GET', text).touches.flatMap((touch) =>
      touch.by.map((cause) => `${touch.endpoint} ${cause.in} ${cause.text} ${text.slice(...cause.at)}`),
    )
    expect(causes).toEqual([
      'GET Events path Account Account',
      'GET Events $expand Events Events',
      'GET Events $expand Parent/ID Parent/ID',
      'GET Accounts path Account Account',
    ])
  })

  it('lists the names that were understood', () => {
    const { names } = accepted('GET', '/Events(1)/EM.Organiser()?$select=Name&$expand=Invoices($select=ID)')
    for (const name of ['Events', 'EM.Organiser', 'Name', 'Invoices', 'ID']) expect(names).toContain(name)
  })
})
