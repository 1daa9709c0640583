import classes from './status-dot.module.css'

type Props = { readonly tone: 'good' | 'off' | 'warn'; readonly label: string }

/** A state in words; the dot only underlines it. */
export function StatusDot({ tone, label }: Props) {
  return (
    <span className={classes['status']} data-tone={tone}>
      <span className={classes['dot']} aria-hidden />
      {label}
    </span>
  )
}
