/** The reader's own way to write dates, as far as it is English like everything else here. */
const LOCALE = navigator.languages.find((language) => language.startsWith('en')) ?? 'en'

const formats = {
  date: new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium' }),
  moment: new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'short' }),
  minute: new Intl.DateTimeFormat(LOCALE, { timeStyle: 'short' }),
  clock: new Intl.DateTimeFormat(LOCALE, { timeStyle: 'medium' }),
  clockOfDay: new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'medium' }),
  full: new Intl.DateTimeFormat(LOCALE, { dateStyle: 'full', timeStyle: 'long' }),
} as const

/** A day, or a day with hour and minute, in the reader's zone. */
export function shortDate(value: string, show: 'date' | 'moment'): string {
  return formats[show].format(new Date(value))
}

const MINUTE_MS = 60_000

/** Until when something may last, never too early: the minute is begun. The day only where it is not today. */
export function minuteAtLatest(value: string, now: number): string {
  const end = new Date(Math.ceil(Date.parse(value) / MINUTE_MS) * MINUTE_MS)
  return formats[isSameDay(end, now) ? 'minute' : 'moment'].format(end)
}

/** To the second. The day only where it is not today. */
export function clockTime(value: string, now: number): string {
  const at = new Date(value)
  return formats[isSameDay(at, now) ? 'clock' : 'clockOfDay'].format(at)
}

function isSameDay(at: Date, now: number): boolean {
  return formats.date.format(at) === formats.date.format(now)
}

/** To the second, with the zone's name. */
export function fullDate(value: string): string {
  return formats.full.format(new Date(value))
}
