import { describe, expect, it } from 'vitest'
import type { Json, Row } from '#row.ts'
import { NORTHLIGHT } from './elite.ts'
import { createSeeded } from './seeded.ts'

function idsOf(table: string): ReadonlySet<Json | undefined> {
  return new Set((NORTHLIGHT[table] ?? []).map((row) => row['id']))
}

const REFERENCES: readonly (readonly [table: string, property: string, to: string])[] = [
  ['contacts', 'accountId', 'accounts'],
  ['events', 'accountId', 'accounts'],
  ['events', 'venueIds', 'general-setup/venues'],
  ['events', 'eventTypeId', 'event-setup/event-types'],
  ['events', 'priceScheduleIds', 'priceSchedules'],
  ['bookedSpaces', 'eventId', 'events'],
  ['bookedSpaces', 'roomId', 'general-setup/rooms'],
  ['functions', 'eventId', 'events'],
  ['functions', 'roomId', 'general-setup/rooms'],
  ['invoices', 'eventId', 'events'],
  ['invoices', 'accountId', 'accounts'],
  ['payments', 'accountId', 'accounts'],
  ['credits', 'eventId', 'events'],
  ['refunds', 'eventId', 'events'],
  ['tasks', 'assignedToId', 'general-setup/users'],
  ['general-setup/rooms', 'venueId', 'general-setup/venues'],
]

describe('the Northlight Arena', () => {
  it.each(Object.keys(NORTHLIGHT))('has %s with unique ids', (table) => {
    const rows = NORTHLIGHT[table] ?? []
    expect(rows.length).toBeGreaterThan(0)
    expect(idsOf(table).size).toBe(rows.length)
  })

  it.each(REFERENCES)('%s point by %s at %s that exist', (table, property, to) => {
    const known = idsOf(to)
    for (const row of NORTHLIGHT[table] ?? []) {
      const value = row[property]
      for (const id of Array.isArray(value) ? value : [value]) expect(known).toContain(id)
    }
  })

  it('allocates payments that exist, and balances that fit them', () => {
    for (const invoice of NORTHLIGHT['invoices'] ?? []) {
      const parts = invoice['paymentAllocations'] as readonly Row[]
      for (const { id } of parts) expect(idsOf('payments')).toContain(id)
      const paid = parts.reduce((sum, part) => sum + Number(part['amount']), 0)
      expect(invoice['balance']).toBe(Number(invoice['total']) - paid)
    }
  })
})

describe('createSeeded', () => {
  it('repeats itself for the same seed only, and stays in range', () => {
    const draw = (seed: number): readonly number[] => {
      const { whole } = createSeeded(seed)
      return Array.from({ length: 200 }, () => whole(3, 9))
    }
    expect(draw(1)).toEqual(draw(1))
    expect(draw(1)).not.toEqual(draw(2))
    expect(new Set(draw(1))).toEqual(new Set([3, 4, 5, 6, 7, 8, 9]))
  })
})
