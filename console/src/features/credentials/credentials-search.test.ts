import { describe, expect, it } from 'vitest'
import { readCredentialsSearch } from './credentials-search.ts'

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

  it('drops what it does not know', () => {
    const odd = {
      search: ['x'],
      active: 'maybe',
      method: 'magic',
      add: 'yes',
      edit: '../x',
      endpoints: 1,
      x: 1,
    }
    expect(readCredentialsSearch(odd)).toEqual({})
    expect(readCredentialsSearch({ search: 'x'.repeat(999) }).search).toHaveLength(200)
  })
})
