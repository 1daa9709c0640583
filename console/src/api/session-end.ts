import { useSyncExternalStore } from 'react'

let ended = false
const listeners = new Set<() => void>()

/** Whether the session has ended under a page that is open. The page stays, so that nothing typed is lost. */
export const sessionEnd = {
  set(value: boolean): void {
    if (ended === value) return
    ended = value
    for (const listener of listeners) listener()
  },
  isSet: (): boolean => ended,
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

export function useSessionEnded(): boolean {
  return useSyncExternalStore(subscribe, sessionEnd.isSet)
}
