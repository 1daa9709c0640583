const DAY_MS = 86_400_000

/** The first day that the made-up data knows: everything else is counted from here, never from a clock. */
const FIRST_DAY = Date.UTC(2026, 0, 1)

/** A day of the data's year as `2026-01-31`. */
export function day(number: number): string {
  return new Date(FIRST_DAY + number * DAY_MS).toISOString().slice(0, 10)
}

/** A time of such a day without a zone, as both upstreams write them: `2026-01-31T18:30:00`. */
export function at(dayNumber: number, time = '00:00'): string {
  return `${day(dayNumber)}T${time}:00`
}
