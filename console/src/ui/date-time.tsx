import { clockTime, fullDate, shortDate } from './dates.ts'

type Props = {
  /** RFC 3339, as the API says it. */
  readonly value: string
  /** `date` for the day, `moment` with hour and minute; `clock` to the second, with the day where it is not today. */
  readonly show?: 'date' | 'moment' | 'clock'
}

/** An instant in the reader's own zone; the exact one, with the zone's name, on hover. */
export function DateTime({ value, show = 'date' }: Props) {
  return (
    <time dateTime={value} title={fullDate(value)}>
      {show === 'clock' ? clockTime(value, Date.now()) : shortDate(value, show)}
    </time>
  )
}
