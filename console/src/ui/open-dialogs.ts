import { useEffect, useSyncExternalStore } from 'react'

let count = 0
const listeners = new Set<() => void>()

function change(by: number): void {
  count += by
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** Notes that a dialog is open for as long as its component is there. */
export function useDialogNoted(): void {
  useEffect(() => {
    change(1)
    return () => change(-1)
  }, [])
}

/** Whether a dialog stands in front: Escape is then the dialog's, not the drawer's behind it. */
export function useIsDialogOpen(): boolean {
  return useSyncExternalStore(subscribe, () => count > 0)
}
