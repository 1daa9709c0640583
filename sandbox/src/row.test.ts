import { describe, expect, it } from 'vitest'
import { createTables, isRow, sameKey, textOf } from './row.ts'

describe('createTables', () => {
  const seed = { Spaces: [{ Code: 'H1' }, { Code: 'H2' }] }

  it('adds, replaces and removes without touching its seed', () => {
    const tables = createTables(seed)
    const added = tables.add('Spaces', { Code: 'H3' })
    const changed = tables.replace('Spaces', added, { Code: 'H3', Type: 'Hall' })
    expect(tables.rows('Spaces')).toHaveLength(3)
    expect(tables.rows('Spaces')[2]).toBe(changed)
    tables.remove('Spaces', changed)
    expect(tables.rows('Spaces')).toEqual(seed.Spaces)
    expect(seed.Spaces).toHaveLength(2)
  })

  it('starts a collection that it has not heard of empty', () => {
    const tables = createTables({})
    expect(tables.rows('Spaces')).toEqual([])
    tables.add('Spaces', { Code: 'H1' })
    expect(tables.names()).toEqual(['Spaces'])
  })
})

describe('sameKey', () => {
  it.each([
    ['H1', 'h1', true],
    [9001, '9001', true],
    ['H1', 'H10', false],
    [null, 'null', false],
    [undefined, 'undefined', false],
  ])('%s and %s: %s', (stored, asked, same) => {
    expect(sameKey(stored, asked)).toBe(same)
  })
})

describe('isRow and textOf', () => {
  it('tell objects from the rest, and text from the rest', () => {
    expect([{}, [], null, 'x', 1].map(isRow)).toEqual([true, false, false, false, false])
    expect(textOf({ a: 'x' }, 'a')).toBe('x')
    expect(textOf({ a: 1 }, 'a')).toBeUndefined()
  })
})
