import { memo } from 'react'
import { endpoints as words } from '#words/endpoints.ts'
import type { Endpoint } from './endpoint-index.ts'
import classes from './endpoints.module.css'

type Props = {
  readonly endpoint: Endpoint
  readonly place: number
  /** Position in what is shown, and its offset in pixels. */
  readonly at: number
  readonly start: number
  readonly total: number
  readonly kind: 'available' | 'selected'
  readonly isActive: boolean
  readonly catalogTitle: string | undefined
  readonly onMove: ((place: number, at: number) => void) | undefined
}

/** Plain elements: hundreds of these are drawn while somebody types. */
export const EndpointRow = memo(function EndpointRow(props: Props) {
  const { endpoint, place, at, start, total, kind, isActive, catalogTitle, onMove } = props
  const { method, title, operation, path, effect } = endpoint
  const verb = kind === 'available' ? words.add : words.remove
  return (
    <li
      className={classes['row']}
      style={{ transform: `translateY(${start}px)` }}
      aria-posinset={at + 1}
      aria-setsize={total}
    >
      <span className={classes['method']} data-effect={effect}>
        {method}
      </span>
      <div className={classes['names']}>
        <div className={classes['line']}>
          <span className={classes['title']}>{title}</span>
          <span className={classes['operation']}>{operation}</span>
        </div>
        <Path path={path} />
      </div>
      <Marks endpoint={endpoint} catalogTitle={catalogTitle} />
      {onMove && (
        <button
          type="button"
          className={classes['move']}
          data-at={at}
          tabIndex={isActive ? 0 : -1}
          aria-label={verb(operation)}
          onClick={() => onMove(place, at)}
        >
          <Icon path={kind === 'available' ? PLUS : MINUS} size={20} />
        </button>
      )}
    </li>
  )
})

const PLUS = 'M12 5v14M5 12h14'
const MINUS = 'M5 12h14'
const EYE = 'M3 12c3-5 6-7 9-7s6 2 9 7c-3 5-6 7-9 7s-6-2-9-7M12 9a3 3 0 1 0 0 6a3 3 0 1 0 0-6'
const PENCIL = 'M4 20h4L19 9l-4-4L4 16zM13 7l4 4'
const PERSON = 'M12 4a4 4 0 1 0 0 8a4 4 0 1 0 0-8M5 20c0-4 3-5 7-5s7 1 7 5'

function Icon({ path, size }: { readonly path: string; readonly size: number }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden width={size} height={size} className={classes['icon']}>
      <path d={path} />
    </svg>
  )
}

/** The parameters stand back: what tells paths apart is between them. */
function Path({ path }: { readonly path: string }) {
  return (
    <code className={classes['path']} title={path}>
      {path.split(/(\{[^}]*\})/u).map((part, at) =>
        part.startsWith('{') ? (
          <span key={at} className={classes['parameter']}>
            {part}
          </span>
        ) : (
          part
        ),
      )}
    </code>
  )
}

function Marks({ endpoint, catalogTitle }: Pick<Props, 'endpoint' | 'catalogTitle'>) {
  const { resource, effect, personalData, licenceTier, inferred } = endpoint
  const lesser = [
    resource,
    catalogTitle,
    licenceTier === undefined ? undefined : words.tier(licenceTier),
    inferred ? words.inferred : undefined,
  ].filter(Boolean)
  return (
    <div className={classes['marks']}>
      <span className={classes['marked']}>
        {personalData && (
          <>
            <Icon path={PERSON} size={14} />
            {words.personal}
          </>
        )}
        <Icon path={effect === 'write' ? PENCIL : EYE} size={14} />
        {effect === 'write' ? words.write : words.read}
      </span>
      <span className={classes['quiet']}>{lesser.join(' · ')}</span>
    </div>
  )
}
