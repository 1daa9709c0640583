import type { Schemas } from '#api/client.ts'
import { clockTime, minuteAtLatest } from '#ui/dates.ts'
import type { Notice } from '#ui/notices.ts'
import { receipts as words } from '#words/receipts.ts'

export type Receipt = Schemas['Receipt']
type Pending = Receipt['pending'][number]

/** What holds on the gateways, and whether it is of interest how fast: where something is refused it is. */
export type Holds = keyof typeof words.holds

const NAMED_MAX = 5

type Options = {
  /** What was done, as a sentence. */
  readonly done: string
  readonly holds: Holds
  /** Epoch milliseconds. */
  readonly now?: number
}

/** What a receipt says, in words: what was done, on which gateways it holds, and which may go on as before until when. */
export function receiptNotice(receipt: Receipt, { done, holds, now = Date.now() }: Options): Notice {
  const all = withDistinctNames(receipt.pending)
  // Those answer nothing.
  const stopped = all.filter(({ state }) => state === 'stopped')
  const pending = all.filter(({ state }) => state !== 'stopped')
  return {
    text: `${done} ${receiptSummary(receipt, holds)}`,
    warnings: warningsOf(receipt, pending, now),
    remarks: named(stopped, ({ name, decidesUntil }) =>
      words.stopped(name, minuteAtLatest(decidesUntil, now)),
    ),
  }
}

function warningsOf({ complete }: Receipt, pending: readonly Pending[], now: number): readonly string[] {
  const lines = pending.length === 0 ? [] : [...named(pending, (each) => pendingLine(each, now)), words.after]
  return complete ? lines : [words.notAsked, ...lines]
}

/** On which gateways it holds, in one sentence. */
export function receiptSummary(receipt: Receipt, holds: Holds): string {
  const { gateways, confirmed, elapsedMs, complete } = receipt
  const begin = words.holds[holds]
  if (!complete) return words.unknown
  if (gateways === 0) return words.none
  if (confirmed < gateways) return gateways === 1 ? words.notYet : words.soFar(begin, confirmed, gateways)
  const sentence = words.on(begin, gateways)
  return holds === 'refused' || holds === 'takenOff'
    ? words.doneIn(sentence, elapsedMs)
    : words.done(sentence)
}

function pendingLine({ name, state, lastSeenAt, decidesUntil }: Pending, now: number): string {
  const since = clockTime(lastSeenAt, now)
  const who = state === 'silent' ? words.silent(name, since) : words.late(name, since)
  return `${who} ${words.until(minuteAtLatest(decidesUntil, now))}`
}

/** Two on one machine have its name both, unless they were told another. */
function withDistinctNames(gateways: readonly Pending[]): readonly Pending[] {
  return gateways.map((gateway) => {
    const isAlone = gateways.filter(({ name }) => name === gateway.name).length === 1
    return isAlone ? gateway : { ...gateway, name: `${gateway.name} (${gateway.id})` }
  })
}

function named(gateways: readonly Pending[], toLine: (gateway: Pending) => string): readonly string[] {
  const more = gateways.length - NAMED_MAX
  return [...gateways.slice(0, NAMED_MAX).map(toLine), ...(more > 0 ? [words.more(more)] : [])]
}
