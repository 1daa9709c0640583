/** The reader's own way to write dates, as far as it is English like everything else here. */
const LOCALE = navigator.languages.find((language) => language.startsWith('en')) ?? 'en'

const formats = {
  date: new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium' }),
  moment: new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'short' }),
  full: new Intl.DateTimeFormat(LOCALE, { dateStyle: 'full', timeStyle: 'long' }),
} as const

/** A day, or a day with hour and minute, in the reader's zone. */
export function shortDate(value: string, show: 'date' | 'moment'): string {
  return formats[show].format(new Date(value))
}

/** To the second, with the zone's name. */
export function fullDate(value: string): string {
  return formats.full.format(new Date(value))
}
