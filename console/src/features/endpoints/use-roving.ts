import { type KeyboardEvent, type RefObject, useCallback, useLayoutEffect, useRef, useState } from 'react'

type Options = {
  readonly scroller: RefObject<HTMLElement | null>
  /** What the search and the filters found: another one starts at the top again. */
  readonly found: readonly number[]
  readonly count: number
}

/** One tab stop for the whole list (WAI-ARIA, roving tabindex); the focus survives that its row moves away. */
export function useRoving({ scroller, found, count }: Options) {
  const [wanted, setWanted] = useState({ found, at: 0 })
  const refocus = useRef(false)
  const last = Math.max(0, count - 1)
  const active = wanted.found === found ? Math.min(wanted.at, last) : 0
  useLayoutEffect(() => {
    if (!refocus.current) return
    refocus.current = false
    scroller.current?.querySelector<HTMLElement>(`[data-at="${active}"]`)?.focus({ preventScroll: true })
  })
  const noteMove = useCallback(
    (at: number) => {
      refocus.current = true
      setWanted({ found, at })
    },
    [found],
  )
  const onKeyDown = (event: KeyboardEvent<HTMLElement>, scrollTo: (at: number) => void): void => {
    const from = Number(
      event.target instanceof HTMLElement ? (event.target.dataset['at'] ?? Number.NaN) : Number.NaN,
    )
    const to = { ArrowDown: from + 1, ArrowUp: from - 1, Home: 0, End: last }[event.key]
    if (to === undefined || Number.isNaN(from)) return
    event.preventDefault()
    const at = Math.max(0, Math.min(to, last))
    scrollTo(at)
    noteMove(at)
  }
  return { active, noteMove, onKeyDown }
}
