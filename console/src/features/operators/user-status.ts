import { shortDate } from '#ui/dates.ts'
import { operators as words } from '#words/operators.ts'
import type { Operator } from './operators-query.ts'

export type UserStatus = { readonly tone: 'good' | 'off' | 'warn'; readonly label: string }

/** Whether somebody can sign in, and if not yet, how long the invitation holds. `now` in epoch milliseconds. */
export function userStatus(
  { pending, invitationExpiresAt: until }: Pick<Operator, 'pending' | 'invitationExpiresAt'>,
  now: number,
): UserStatus {
  if (!pending) return { tone: 'good', label: words.active }
  if (until === null) return { tone: 'warn', label: words.notSignedIn }
  if (Date.parse(until) <= now) return { tone: 'warn', label: words.expired }
  return { tone: 'off', label: `${words.invitedUntil} ${shortDate(until, 'date')}` }
}
