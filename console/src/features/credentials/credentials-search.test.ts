import { describe, expect, it } from 'vitest'
import { filtersOf, readCredentialsSearch } from './credentials-search.ts'

const ID = 'cred_0123456789abcdef01234567'

describe('the address of the list of credentials', () => {
  it('keeps what it knows', () => {
    const search = { search: 'day board', active: 'false', method: 'oauth', edit: ID } as const
    expect(readCredentialsSearch(search)).toEqual(search)
    expect(readCredentialsSearch({ add: true, search: 42, active: true })).toEqual({
      add: true,
      search: '42',
      active: 'true',
    })
  })

  it('is the same list with every drawer closed', () => {
    const filters = { search: 'x', active: 'true', method: 'api_token' } as const
    expect(readCredentialsSearch({ tokens: ID, issue: ID })).toEqual({ tokens: ID, issue: ID })
    expect(filtersOf({ ...filters, add: true, edit: ID, endpoints: ID, issue: ID, tokens: ID })).toEqual(
      filters,
    )
  })

  it('drops what it does not know', () => {
    const odd = {
      search: ['x'],
      active: 'maybe',
      method: 'magic',
      add: 'yes',
      edit: '../x',
      endpoints: 1,
      tokens: 'cred_1',
      x: 1,
    }
    expect(readCredentialsSearch(odd)).toEqual({})
    expect(readCredentialsSearch({ search: 'x'.repeat(999) }).search).toHaveLength(200)
  })
})
