import { VisuallyHidden } from '@mantine/core'
import { useSyncExternalStore } from 'react'

let message = ''
let count = 0
const listeners = new Set<() => void>()

/** Says something to screen readers without moving the focus. */
export function announce(text: string): void {
  count += 1
  // The same words twice are two messages: a space that nobody hears makes them differ.
  message = count % 2 === 0 ? text : `${text}\u00A0`
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** Stands once in the page. */
export function Announcer() {
  const text = useSyncExternalStore(subscribe, () => message)
  return (
    <VisuallyHidden role="status" aria-live="polite">
      {text}
    </VisuallyHidden>
  )
}
