import type { CallerAnswer } from '#gateway/caller/caller-call.ts'

/** What of an answer says whether the call is over. */
export type OpenAnswer = Pick<CallerAnswer, 'isClosed' | 'onClose'>

/**
 * The memory that calls to OData services hold at the same time: bodies and answers are held whole until they are read
 * through, and thousands of connections may each be slow on purpose.
 */
export type Room = {
  /**
   * Takes so many bytes more, until the answer is closed. False where there is no room for them, or `who` has taken a share
   * that nobody may go beyond; then nothing is taken.
   */
  readonly take: (answer: OpenAnswer, who: string, bytes: number) => boolean
}

export type RoomOptions = { readonly bytesMax: number; readonly shareMax: number }

type Hold = { readonly who: string; bytes: number }

export function createRoom({ bytesMax, shareMax }: RoomOptions): Room {
  const holds = new WeakMap<OpenAnswer, Hold>()
  const shares = new Map<string, number>()
  let taken = 0
  const add = (hold: Hold, bytes: number): void => {
    const share = (shares.get(hold.who) ?? 0) + bytes
    if (share === 0) shares.delete(hold.who)
    else shares.set(hold.who, share)
    taken += bytes
    hold.bytes += bytes
  }
  const begin = (answer: OpenAnswer, who: string): Hold => {
    const hold: Hold = { who, bytes: 0 }
    holds.set(answer, hold)
    answer.onClose(() => add(hold, -hold.bytes))
    return hold
  }
  return {
    take: (answer, who, bytes) => {
      if (answer.isClosed() || taken + bytes > bytesMax) return false
      if ((shares.get(who) ?? 0) + bytes > shareMax) return false
      add(holds.get(answer) ?? begin(answer, who), bytes)
      return true
    },
  }
}
