import { Button, Text } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual'
import { memo, type RefObject, useCallback, useLayoutEffect, useRef } from 'react'
import type { TenantOfMe } from '#api/me.ts'
import { endpoints as words } from '#words/endpoints.ts'
import type { EndpointIndex } from './endpoint-index.ts'
import { EndpointRow } from './endpoint-row.tsx'
import classes from './endpoints.module.css'
import { useRoving } from './use-roving.ts'

/** As in the style sheet. */
const NARROW = '(max-width: 700px)'
const ROW_HEIGHT = { wide: 64, narrow: 136 } as const
const OVERSCAN = 4

type Props = {
  readonly kind: 'available' | 'selected'
  readonly tenant: TenantOfMe
  readonly index: EndpointIndex
  /** Places of what the search and the filters leave, on both tabs and on this one. */
  readonly found: readonly number[]
  readonly shown: readonly number[]
  /** Nothing stands here even without search and filters. */
  readonly isEmpty: boolean
  /** Undefined for those who may only look. */
  readonly onMove: ((places: readonly number[]) => void) | undefined
  readonly onClear: () => void
}

/** Of thousands of rows only those in view are drawn; the arrow keys move between their buttons. */
export const EndpointList = memo(function EndpointList(props: Props) {
  const { kind, shown, isEmpty, onMove, onClear } = props
  const scroller = useRef<HTMLDivElement>(null)
  return (
    <div
      ref={scroller}
      className={classes['scroller']}
      // Without buttons in it, the region itself takes the focus, so that it can be scrolled by keyboard.
      {...(!onMove && { tabIndex: 0, role: 'region', 'aria-label': words.list[kind] })}
    >
      {shown.length === 0 ? (
        <Nothing kind={kind} isEmpty={isEmpty} onClear={onClear} />
      ) : (
        <Rows {...props} scroller={scroller} />
      )}
    </div>
  )
})

type RowsProps = Props & { readonly scroller: RefObject<HTMLDivElement | null> }

function Rows({ kind, tenant, index, found, shown, onMove, scroller }: RowsProps) {
  const { active, noteMove, onKeyDown } = useRoving({ scroller, found, count: shown.length })
  const virtual = useRows({ scroller, found, shown, active })
  const move = useCallback(
    (place: number, at: number) => {
      noteMove(at)
      onMove?.([place])
    },
    [noteMove, onMove],
  )
  const showsCatalog = index.catalogs.length > 1
  return (
    <ul
      className={classes['rows']}
      aria-label={words.list[kind]}
      style={{ height: virtual.getTotalSize() }}
      onKeyDown={(event) => onKeyDown(event, (at) => virtual.scrollToIndex(at))}
    >
      {virtual.getVirtualItems().map(({ index: at, start, key }) => {
        const place = shown[at] ?? 0
        const endpoint = index.endpoints[place]
        return (
          endpoint && (
            <EndpointRow
              key={key}
              endpoint={endpoint}
              place={place}
              at={at}
              start={start}
              total={shown.length}
              kind={kind}
              isActive={at === active}
              catalogTitle={showsCatalog ? titleOf(tenant, endpoint.catalog) : undefined}
              onMove={onMove && move}
            />
          )
        )
      })}
    </ul>
  )
}

type VirtualOptions = Pick<RowsProps, 'scroller' | 'found' | 'shown'> & { readonly active: number }

function useRows({ scroller, found, shown, active }: VirtualOptions) {
  const height = useMediaQuery(NARROW, false, { getInitialValueInEffect: false })
    ? ROW_HEIGHT.narrow
    : ROW_HEIGHT.wide
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: OVERSCAN,
    getItemKey: (at) => shown[at] ?? at,
    // The row with the focus stays drawn, wherever one scrolls.
    rangeExtractor: (range: Range) => {
      const drawn = defaultRangeExtractor(range)
      return drawn.includes(active) || active >= range.count
        ? drawn
        : [...drawn, active].toSorted((a, b) => a - b)
    },
  })
  useLayoutEffect(() => virtual.measure(), [virtual, height])
  useLayoutEffect(() => {
    if (scroller.current) scroller.current.scrollTop = 0
  }, [scroller, found])
  return virtual
}

function titleOf({ catalogs }: TenantOfMe, id: string): string {
  return catalogs.find((catalog) => catalog.id === id)?.title ?? id
}

function Nothing({ kind, isEmpty, onClear }: Pick<Props, 'kind' | 'isEmpty' | 'onClear'>) {
  const text = isEmpty ? (kind === 'selected' ? words.noneSelected : words.noneLeft) : words.nothingFound
  return (
    <div className={classes['nothing']}>
      <Text c="dimmed" size="sm">
        {text}
      </Text>
      {!isEmpty && (
        <Button size="xs" variant="default" mt="sm" onClick={onClear}>
          {words.clear}
        </Button>
      )}
    </div>
  )
}
