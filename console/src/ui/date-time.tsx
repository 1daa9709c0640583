import { fullDate, shortDate } from './dates.ts'

type Props = {
  /** RFC 3339, as the API says it. */
  readonly value: string
  /** `date` for the day, `moment` with hour and minute. */
  readonly show?: 'date' | 'moment'
}

/** An instant in the reader's own zone; the exact one, with the zone's name, on hover. */
export function DateTime({ value, show = 'date' }: Props) {
  return (
    <time dateTime={value} title={fullDate(value)}>
      {shortDate(value, show)}
    </time>
  )
}
