import { describe, expect, it } from 'vitest'
import { SUBJECTS } from '#enterprise/subjects.ts'
import type { Row } from '#row.ts'
import { HARBOURVIEW } from './enterprise.ts'

function rowsOf(name: string): readonly Row[] {
  return HARBOURVIEW[name] ?? []
}

describe('the Harbourview Convention Centre', () => {
  it.each(SUBJECTS)('has rows of $name with complete and unique keys', ({ name, organization, keys }) => {
    const properties = organization === undefined ? keys : [organization, ...keys]
    const rows = rowsOf(name)
    expect(rows.length).toBeGreaterThan(0)
    for (const row of rows) for (const property of properties) expect(row[property], property).toBeTruthy()
    const identities = rows.map((row) => JSON.stringify(properties.map((property) => row[property])))
    expect(new Set(identities).size).toBe(rows.length)
  })

  it.each(
    SUBJECTS.flatMap(({ name, references }) => references.map((reference) => ({ name, ...reference }))),
  )('$name points at rows of $to that exist', ({ name, to, on }) => {
    for (const row of rowsOf(name)) {
      if (on.some(([own]) => row[own] === null)) continue
      const found = rowsOf(to).some((other) => on.every(([own, theirs]) => other[theirs] === row[own]))
      expect(found, `${name} ${JSON.stringify(row)} -> ${to}`).toBe(true)
    }
  })

  it('gives all rows of a subject the same properties', () => {
    for (const [name, rows] of Object.entries(HARBOURVIEW)) {
      const shapes = new Set(rows.map((row) => Object.keys(row).join()))
      expect(shapes.size, name).toBe(1)
    }
  })

  it('holds nothing that SUBJECTS does not serve', () => {
    expect(Object.keys(HARBOURVIEW).toSorted()).toEqual(SUBJECTS.map(({ name }) => name).toSorted())
  })

  it('never books a space twice on a day', () => {
    const taken = new Map<string, unknown>()
    for (const booking of rowsOf('Bookings')) {
      const key = `${String(booking['Space'])} ${String(booking['StartDate'])}`
      expect(taken.get(key) ?? booking['Event']).toBe(booking['Event'])
      taken.set(key, booking['Event'])
    }
  })

  it('adds up: an order is the sum of its lines, an invoice the sum of its details', () => {
    const sum = (rows: readonly Row[]): number =>
      rows.reduce((total, row) => total + Number(row['Amount']), 0)
    for (const order of rowsOf('ServiceOrders')) {
      const items = rowsOf('ServiceOrderItems').filter((item) => item['OrderNumber'] === order['OrderNumber'])
      expect(sum(items)).toBeCloseTo(Number(order['OrderedTotal']), 2)
    }
    for (const invoice of rowsOf('Invoices')) {
      const details = rowsOf('InvoiceDetails').filter(
        (item) => item['InvoiceNumber'] === invoice['InvoiceNumber'],
      )
      expect(sum(details)).toBeCloseTo(Number(invoice['Amount']), 2)
    }
  })
})
