import { describe, expect, it } from 'vitest'
import { userStatus } from './user-status.ts'

const now = Date.parse('2026-03-01T12:00:00.000Z')

describe('the status of a user', () => {
  it('is active once the invitation is accepted, whatever became of it', () => {
    expect(userStatus({ pending: false, invitationExpiresAt: '2026-01-01T00:00:00.000Z' }, now).label).toBe(
      'Active',
    )
  })

  it('says until when the invitation holds, and from that instant on that it has expired', () => {
    const invited = { pending: true, invitationExpiresAt: '2026-03-01T12:00:00.001Z' }
    expect(userStatus(invited, now).label).toMatch(/^Invited until .*2026/)
    expect(userStatus(invited, now + 1).label).toBe('Invitation expired')
  })

  it('is not an expired invitation where there is none', () => {
    expect(userStatus({ pending: true, invitationExpiresAt: null }, now).label).toBe('Not signed in yet')
  })
})
