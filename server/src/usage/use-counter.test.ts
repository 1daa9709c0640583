import { describe, expect, test } from 'vitest'
import { type CountedCall, createUseCounter, HOUR_MS, type TakenUse, type UseOfHour } from './use-counter.ts'

const NOON = Date.UTC(2026, 2, 1, 12)

const CALL: CountedCall = {
  credentialId: 'cred_a',
  tokenId: 'tok_a',
  endpointId: 'enterprise:GET:/Events',
  outcome: 'allowed',
  at: NOON + 5,
}

function rowsOf({ calls }: TakenUse): readonly UseOfHour[] {
  return all(calls)
}

function all<Row>(rows: Iterator<Row, undefined>): readonly Row[] {
  const found: Row[] = []
  for (let next = rows.next(); next.done !== true; next = rows.next()) found.push(next.value)
  return found
}

describe('the counter of calls', () => {
  test('calls are counted by credential, endpoint, outcome and hour, and tokens with their last use', () => {
    const counter = createUseCounter()
    counter.count(CALL)
    counter.count({ ...CALL, at: NOON + HOUR_MS - 1, tokenId: 'tok_b' })
    counter.count({ ...CALL, at: NOON + HOUR_MS })
    counter.count({ ...CALL, outcome: 'endpoint_not_allowed', endpointId: '', at: NOON + HOUR_MS + 0.75 })
    counter.count({ ...CALL, credentialId: 'cred_c', tokenId: 'tok_c' })
    const taken = counter.take()
    expect(rowsOf(taken)).toEqual([
      { credentialId: 'cred_a', endpointId: CALL.endpointId, outcome: 'allowed', hour: NOON, calls: 2 },
      {
        credentialId: 'cred_a',
        endpointId: CALL.endpointId,
        outcome: 'allowed',
        hour: NOON + HOUR_MS,
        calls: 1,
      },
      {
        credentialId: 'cred_a',
        endpointId: '',
        outcome: 'endpoint_not_allowed',
        hour: NOON + HOUR_MS,
        calls: 1,
      },
      { credentialId: 'cred_c', endpointId: CALL.endpointId, outcome: 'allowed', hour: NOON, calls: 1 },
    ])
    expect(all(taken.tokens)).toEqual([
      { tokenId: 'tok_a', usedAt: NOON + HOUR_MS },
      { tokenId: 'tok_b', usedAt: NOON + HOUR_MS - 1 },
      { tokenId: 'tok_c', usedAt: NOON + 5 },
    ])
  })

  test('a credential that calls many endpoints is counted as one that calls few', () => {
    const counter = createUseCounter()
    const calls = Array.from({ length: 40 }, (_, number) => number).flatMap((number) =>
      (['allowed', 'endpoint_not_allowed'] as const).flatMap((outcome) =>
        [NOON, NOON + HOUR_MS].map((at) => ({
          ...CALL,
          endpointId: `enterprise:GET:/${number}`,
          outcome,
          at,
        })),
      ),
    )
    for (let round = 0; round < 3; round += 1) for (const call of calls) counter.count(call)
    const rows = rowsOf(counter.take())
    const lines = rows.map((row) => `${row.endpointId} ${row.outcome} ${row.hour} ${row.calls}`)
    const wanted = calls.map(({ endpointId, outcome, at }) => `${endpointId} ${outcome} ${at} 3`)
    expect(lines.toSorted()).toEqual(wanted.toSorted())
    expect(counter.totals()).toEqual({ uncounted: 0, nobodys: 0 })
  })

  test('what was taken is forgotten, and what comes later is not in it', () => {
    const counter = createUseCounter()
    counter.count(CALL)
    const first = counter.take()
    counter.count(CALL)
    expect(rowsOf(first).map(({ calls }) => calls)).toEqual([1])
    expect(rowsOf(counter.take()).map(({ calls }) => calls)).toEqual([1])
    expect(rowsOf(counter.take())).toEqual([])
  })

  test('a last use never goes back', () => {
    const counter = createUseCounter()
    counter.count(CALL)
    counter.count({ ...CALL, at: NOON - 5000 })
    expect(all(counter.take().tokens)).toEqual([{ tokenId: 'tok_a', usedAt: NOON + 5 }])
  })

  test('calls of nobody are a number alone', () => {
    const counter = createUseCounter()
    for (const outcome of ['token_missing', 'token_malformed', 'token_unknown'] as const)
      counter.count({ ...CALL, credentialId: undefined, tokenId: undefined, outcome })
    expect(counter.totals()).toEqual({ nobodys: 3, uncounted: 0 })
    expect(rowsOf(counter.take())).toEqual([])
  })

  test('beyond the bound known keys are counted on, and the others are said to be uncounted', () => {
    const counter = createUseCounter(4)
    // Two keys each: the token and the row.
    counter.count(CALL)
    counter.count({ ...CALL, credentialId: 'cred_b', tokenId: 'tok_b' })
    counter.count({ ...CALL, credentialId: 'cred_c', tokenId: 'tok_c' })
    counter.count({ ...CALL, outcome: 'token_expired' })
    counter.count(CALL)
    expect(counter.totals()).toEqual({ nobodys: 0, uncounted: 2 })
    expect(rowsOf(counter.take()).map(({ credentialId, calls }) => [credentialId, calls])).toEqual([
      ['cred_a', 2],
      ['cred_b', 1],
    ])
    counter.count({ ...CALL, credentialId: 'cred_c', tokenId: 'tok_c' })
    expect(rowsOf(counter.take())).toHaveLength(1)
  })

  test('100,000 different keys are held, and a million more calls add none', () => {
    const counter = createUseCounter()
    for (let at = 0; at < 1_000_000; at += 1) counter.count({ ...CALL, endpointId: `e${at}` })
    expect(rowsOf(counter.take())).toHaveLength(99_999)
    expect(counter.totals().uncounted).toBe(900_001)
  })

  test('an instant that is no number is uncounted, and nothing throws', () => {
    const counter = createUseCounter()
    counter.count({ ...CALL, at: Number.NaN })
    expect(counter.totals().uncounted).toBe(1)
    expect(rowsOf(counter.take())).toEqual([])
  })
})
