import { useEffect, useState } from 'react'

const TICK_MS = 15_000

/** The time of day, as exact as lists need it: what expires while somebody looks is shown as expired. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS)
    return () => clearInterval(timer)
  }, [])
  return now
}
