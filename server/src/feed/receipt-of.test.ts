import { describe, expect, it } from 'vitest'
import type { StoredNode } from '#storage/nodes.ts'
import { receiptOf } from './receipt-of.ts'

describe('what a receipt says of a gateway', () => {
  const node: StoredNode = {
    id: 'node_a',
    instance: 'instance_a',
    name: 'a',
    seq: 5,
    digest: '',
    configDigest: '',
    lastSeenAt: 1_000,
    leaseUntil: 11_000,
    stoppedAt: undefined,
  }
  it('is that it decides for three seconds without contact at least, whatever the tenant tolerates', () => {
    const facts = { position: 6, now: 2_000, maxStaleMs: 0, configDigest: '' }
    const stopped = { ...node, stoppedAt: 1_500, leaseUntil: 1_500 }
    expect(receiptOf([stopped], facts).pending).toMatchObject([{ state: 'stopped', decidesUntil: 4_000 }])
    expect(receiptOf([stopped], { ...facts, now: 4_000 })).toEqual({
      gateways: 0,
      confirmed: 0,
      complete: true,
      pending: [],
    })
  })
  it('does not claim to name everybody where the database could not be asked', () => {
    const facts = { position: undefined, now: 2_000, maxStaleMs: 60_000, configDigest: '' }
    expect(receiptOf([], facts)).toEqual({ gateways: 0, confirmed: 0, complete: false, pending: [] })
    expect(receiptOf([node], facts)).toMatchObject({ gateways: 1, confirmed: 0, complete: false })
  })
  it('is nothing of one that stopped knowing the change', () => {
    const facts = { position: 5, now: 2_000, maxStaleMs: 60_000, configDigest: '' }
    expect(receiptOf([{ ...node, stoppedAt: 1_500 }], facts)).toEqual({
      gateways: 0,
      confirmed: 0,
      complete: true,
      pending: [],
    })
  })
})
