import { describe, expect, it } from 'vitest'
import { readModel } from './csdl/read-model.ts'
import { analyseTarget } from './request/analyse-target.ts'

const to = (type: string) => ({ $Kind: 'NavigationProperty', $Type: type })
const entity = { $Kind: 'EntityType', $Key: ['ID'], ID: { $Type: 'Edm.Int32' } }
const setOf = (type: string, bindings: object = {}) => ({
  $Collection: true,
  $Type: type,
  $NavigationPropertyBinding: bindings,
})

const MODEL = readModel({
  $Version: '4.01',
  $EntityContainer: 'EM.Container',
  EM: {
    Event: { ...entity, Owner: to('EM.Account') },
    Gala: { $Kind: 'EntityType', $BaseType: 'EM.Event', Sponsor: to('EM.Account') },
    Expo: { $Kind: 'EntityType', $BaseType: 'EM.Event', Sponsor: to('EM.Contact'), Host: to('EM.Account') },
    Account: entity,
    Contact: entity,
    Container: {
      $Kind: 'EntityContainer',
      Events: setOf('EM.Event', {
        'EM.Gala/Sponsor': 'Partners',
        'EM.Gala/Owner': 'Partners',
        'EM.Expo/Host': 'Partners',
      }),
      Accounts: setOf('EM.Account'),
      Partners: setOf('EM.Account'),
      Contacts: setOf('EM.Contact'),
    },
  },
})

function reached(text: string): readonly string[] | string {
  const options = { roots: { origins: [], mount: '' }, openPageToken: () => undefined }
  const analysis = analyseTarget(MODEL, { method: 'GET', text, ifMatch: false }, options)
  return analysis.ok ? analysis.touches.map(({ endpoint }) => endpoint).toSorted() : analysis.problem
}

describe('bindings of one type say nothing of another', () => {
  it.each([
    ['/Events/EM.Gala?$expand=Sponsor', ['GET Events', 'GET Partners']],
    ['/Events?$expand=EM.Gala/Sponsor', ['GET Events', 'GET Partners']],
    ['/Events(1)/EM.Expo/Host', ['GET Events', 'GET Partners']],
    ['/Events/EM.Gala?$expand=Owner', ['GET Events', 'GET Partners']],
    // The same name at another type, which nobody has bound.
    ['/Events/EM.Expo?$expand=Sponsor', ['GET Contacts', 'GET Events']],
    ['/Events?$expand=EM.Expo/Sponsor', ['GET Contacts', 'GET Events']],
    ['/Events(1)/EM.Expo/Sponsor', ['GET Contacts', 'GET Events']],
    // Of all events only galas are bound.
    ['/Events?$expand=Owner', ['GET Accounts', 'GET Events', 'GET Partners']],
    ['/Events?$filter=Owner%20ne%20null', ['GET Accounts', 'GET Events', 'GET Partners']],
    ['/Events(1)/Owner', ['GET Accounts', 'GET Events', 'GET Partners']],
    ['/Events/EM.Expo?$expand=Owner', ['GET Accounts', 'GET Events', 'GET Partners']],
  ])('%s reaches %j', (text, endpoints) => {
    expect(reached(text)).toEqual(endpoints)
  })
})
