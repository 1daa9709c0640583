import { useEffect, useState } from 'react'

const SECOND_MS = 1000

/** Counts down from a Retry-After, in whole seconds; 0 once one may try again. */
export function useRetryWait(): readonly [seconds: number, start: (seconds: number) => void] {
  const [until, setUntil] = useState(0)
  const [now, setNow] = useState(() => Date.now())
  const waits = until > now
  useEffect(() => {
    if (!waits) return undefined
    const timer = setInterval(() => setNow(Date.now()), SECOND_MS)
    return () => clearInterval(timer)
  }, [waits])
  const start = (seconds: number): void => {
    setNow(Date.now())
    setUntil(Date.now() + seconds * SECOND_MS)
  }
  return [waits ? Math.ceil((until - now) / SECOND_MS) : 0, start]
}
