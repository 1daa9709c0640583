import { VisuallyHidden } from '@mantine/core'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { useNow } from '#ui/use-now.ts'
import { common } from '#words/common.ts'
import { credentials } from '#words/credentials.ts'
import { CredentialRow, type RowAction } from './credential-row.tsx'
import classes from './credentials.module.css'
import type { Credential } from './use-credentials.ts'

const ROW_HEIGHT = 63
const OVERSCAN = 12
/** How many rows before the end the next page is asked for. */
const AHEAD = 30

type Props = {
  readonly rows: readonly Credential[]
  readonly total: number
  readonly mayChange: boolean
  readonly onRow: (action: RowAction, credential: Credential) => void
  readonly more: { readonly wanted: boolean; readonly loading: boolean; readonly load: () => void }
}

/** A real table, of which only the rows in view are drawn. */
export function CredentialTable({ rows, total, mayChange, onRow, more }: Props) {
  const table = useRef<HTMLTableElement>(null)
  const [top, setTop] = useState(0)
  useLayoutEffect(() => setTop((table.current?.getBoundingClientRect().top ?? 0) + window.scrollY), [])
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => ROW_HEIGHT,
    overscan: OVERSCAN,
    scrollMargin: top,
    getItemKey: (index) => rows[index]?.id ?? index,
  })
  const items = virtual.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  const { wanted, load } = more
  useEffect(() => {
    if (wanted && last >= rows.length - AHEAD) load()
  }, [wanted, load, last, rows.length])
  const now = useNow()
  const before = (items[0]?.start ?? top) - top
  const after = virtual.getTotalSize() - ((items.at(-1)?.end ?? top) - top)
  return (
    <div className={classes['panel']}>
      <table
        ref={table}
        className={classes['table']}
        aria-label={credentials.table}
        aria-rowcount={total + 1}
      >
        <Head />
        <tbody>
          <Space height={before} />
          {items.map(({ index, key }) => {
            const credential = rows[index]
            return (
              credential && (
                <CredentialRow
                  key={key}
                  credential={credential}
                  index={index}
                  isLast={index === rows.length - 1}
                  mayChange={mayChange}
                  now={now}
                  onRow={onRow}
                />
              )
            )
          })}
          <Space height={after} />
        </tbody>
      </table>
      {more.loading && (
        <div className={classes['foot']} role="status">
          {credentials.loadingMore}
        </div>
      )}
    </div>
  )
}

function Head() {
  const { columns } = credentials
  return (
    <thead>
      <tr aria-rowindex={1}>
        <th scope="col">{columns.title}</th>
        <th scope="col" className={classes['middle']}>
          {columns.method}
        </th>
        <th scope="col" className={classes['middle']}>
          {columns.endpoints}
        </th>
        <th scope="col" className={classes['middle']}>
          {columns.status}
        </th>
        <th scope="col" className={classes['middle']}>
          {columns.expires}
        </th>
        <th scope="col" className={classes['wide']}>
          {columns.created}
        </th>
        <th scope="col" className={classes['menu']}>
          <VisuallyHidden>{common.actions}</VisuallyHidden>
        </th>
      </tr>
    </thead>
  )
}

/** Stands for the rows that are not drawn. One cell: more would be columns of their own where the screen is narrow. */
function Space({ height }: { readonly height: number }) {
  if (height <= 0) return null
  return (
    <tr aria-hidden>
      <td className={classes['space']} style={{ height }} />
    </tr>
  )
}
