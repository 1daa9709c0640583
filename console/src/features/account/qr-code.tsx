import { encode } from 'uqr'
import classes from './qr-code.module.css'

type Props = { readonly text: string; readonly label: string }

/** Drawn from the matrix: no HTML of a library comes into the page. Dark on light in both themes, as scanners want it. */
export function QrCode({ text, label }: Props) {
  const { size, data } = encode(text, { border: 3 })
  const path = data
    .flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])))
    .join('')
  return (
    <svg className={classes['code']} viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label}>
      <rect width={size} height={size} fill="white" />
      <path d={path} fill="black" shapeRendering="crispEdges" />
    </svg>
  )
}
