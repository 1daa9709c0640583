import { describe, expect, it } from 'vitest'
import { clockTime, minuteAtLatest } from '#ui/dates.ts'
import { isWarning } from '#ui/notices.ts'
import { type Holds, type Receipt, receiptNotice } from './receipt-notice.ts'

const NOW = Date.parse('2026-03-01T09:30:00Z')
const LAST_SEEN = '2026-03-01T09:26:05.000Z'
const UNTIL = '2026-03-01T09:41:05.000Z'
const since = clockTime(LAST_SEEN, NOW)
const until = minuteAtLatest(UNTIL, NOW)

function pending(name: string, state: Receipt['pending'][number]['state']): Receipt['pending'][number] {
  return { id: `node_${name}`, name, state, lastSeenAt: LAST_SEEN, decidesUntil: UNTIL }
}

function say(receipt: Partial<Receipt>, holds: Holds = 'refused') {
  const whole = { gateways: 3, confirmed: 3, elapsedMs: 14.2, complete: true, pending: [], ...receipt }
  return receiptNotice(whole, { done: 'Done.', holds, now: NOW })
}

describe('what a receipt says', () => {
  it('where all have confirmed: on how many, and how fast where something is refused', () => {
    expect(say({}).text).toBe('Done. Refused on 3 of 3 gateways, 0.02 s.')
    expect(say({}, 'works').text).toBe('Done. Works on 3 of 3 gateways.')
    expect(say({}, 'takenOff').text).toBe('Done. What was taken off is refused on 3 of 3 gateways, 0.02 s.')
    expect(say({}, 'added').text).toBe('Done. What was added works on 3 of 3 gateways.')
    expect(isWarning(say({}))).toBe(false)
  })

  it('is short where there is one gateway, and never faster than it was', () => {
    const one = { gateways: 1, confirmed: 1 }
    expect(say({ ...one, elapsedMs: 0.4 }).text).toBe('Done. Refused on the gateway, 0.01 s.')
    expect(say({ ...one, elapsedMs: 10.1 }).text).toBe('Done. Refused on the gateway, 0.02 s.')
    expect(say({ ...one, elapsedMs: 4321 }).text).toBe('Done. Refused on the gateway, 4.33 s.')
    expect(say(one, 'works').text).toBe('Done. Works on the gateway.')
    expect(say({ gateways: 1, confirmed: 0, pending: [pending('here', 'late')] }).text).toBe(
      'Done. The gateway has not confirmed it yet.',
    )
  })

  it('warns of those that have not confirmed: since when, until when, and what is then', () => {
    const late = say({ confirmed: 2, elapsedMs: 5003, pending: [pending('gateway-3', 'late')] })
    expect(late.text).toBe('Done. Refused on 2 of 3 gateways so far.')
    expect(late.warnings).toEqual([
      `gateway-3 has not confirmed. It was last heard of at ${since}. It may go on as before until ${until}.`,
      'From then on a gateway refuses every call, until it has caught up.',
    ])
    const silent = say({ confirmed: 2, pending: [pending('gateway-3', 'silent')] }, 'works')
    expect(silent.text).toBe('Done. Works on 2 of 3 gateways so far.')
    expect(silent.warnings[0]).toBe(
      `gateway-3 has not confirmed. Nobody has heard of it since ${since}. It may go on as before until ${until}.`,
    )
  })

  it('does not warn of those that are stopped', () => {
    const notice = say({ pending: [pending('gateway-2', 'stopped')] })
    expect(notice.text).toBe('Done. Refused on 3 of 3 gateways, 0.02 s.')
    expect(isWarning(notice)).toBe(false)
    expect(notice.remarks).toEqual([
      `gateway-2 is stopped. Started again before ${until}, it may begin as before.`,
    ])
  })

  it('warns where the database could not be asked, whatever else is known', () => {
    const notice = say({ gateways: 0, confirmed: 0, complete: false })
    expect(notice.text).toBe('Done. It is not known which gateways have confirmed it.')
    expect(notice.warnings).toEqual([
      'The database cannot be asked at the moment. Gateways may go on as before, until they have caught up.',
    ])
    expect(isWarning(notice)).toBe(true)
  })

  it('says that no gateway is connected', () => {
    const notice = say({ gateways: 0, confirmed: 0 })
    expect(notice.text).toBe('Done. No gateway is connected at the moment, so no call is answered.')
    expect(isWarning(notice)).toBe(false)
  })

  it('names five, counts the others, and tells two of one name apart', () => {
    const many = Array.from({ length: 7 }, (_, index) => pending(`gateway-${index}`, 'silent'))
    const { warnings } = say({ gateways: 9, confirmed: 2, pending: many })
    expect(warnings).toHaveLength(7)
    expect(warnings[5]).toBe('And 2 more.')
    const twins = [
      { ...pending('host', 'late'), id: 'node_a' },
      { ...pending('host', 'late'), id: 'node_b' },
    ]
    const lines = say({ confirmed: 1, pending: twins }).warnings
    expect(lines[0]).toMatch(/^host \(node_a\) /)
    expect(lines[1]).toMatch(/^host \(node_b\) /)
  })
})
