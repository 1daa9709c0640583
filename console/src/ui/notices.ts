import { useLayoutEffect, useSyncExternalStore } from 'react'

/** Something that was done, in words. */
export type Notice = {
  /** What was done. */
  readonly text: string
  /** What somebody should know of: where there is any, the notice is a warning and stays until it is dismissed. */
  readonly warnings: readonly string[]
  /** What is only for the record. */
  readonly remarks: readonly string[]
}

export type ShownNotice = Notice & {
  readonly id: number
  /** Where it is shown: the page, or a drawer that is open. */
  readonly place: string
}

/** The place that is always there. */
export const PAGE = 'page'

let shown: readonly ShownNotice[] = []
let open: ReadonlySet<string> = new Set()
let made = 0
const listeners = new Set<() => void>()

function change(): void {
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** Says it where somebody looks. It takes the place of what was said there before, unless that is a warning. */
export function notify(notice: Notice, place: string = PAGE): void {
  made += 1
  shown = [
    ...shown.filter((before) => before.place !== place || isWarning(before)),
    { ...notice, id: made, place },
  ]
  change()
}

/** Says it only where it is a warning: the rest is said by what is shown anyway. */
export function notifyWarning(notice: Notice, place: string): void {
  if (isWarning(notice)) notify(notice, place)
}

export function dismiss(id: number): void {
  shown = shown.filter((notice) => notice.id !== id)
  change()
}

export function isWarning({ warnings }: Notice): boolean {
  return warnings.length > 0
}

/** What a place has to show. Warnings of a drawer that was closed go on the page. */
export function useNotices(place: string): readonly ShownNotice[] {
  useOpen(place)
  const all = useSyncExternalStore(subscribe, () => shown)
  const places = useSyncExternalStore(subscribe, () => open)
  return all.filter(
    (notice) => notice.place === place || (place === PAGE && isWarning(notice) && !places.has(notice.place)),
  )
}

/** Before anything is painted: what is shown in a drawer does not flash up on the page. */
function useOpen(place: string): void {
  useLayoutEffect(() => {
    open = new Set([...open, place])
    change()
    return () => {
      open = new Set([...open].filter((each) => each !== place))
      change()
    }
  }, [place])
}
