import { readFileSync } from 'node:fs'

/** What a process holds in memory, in bytes (Linux). */
function residentBytes(pid: number | undefined): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024
}

/** Looks at it all the time; `growth` gives the most that it has grown by since. */
export function watchMemory(pid: number | undefined): {
  readonly growth: () => number
  readonly stop: () => void
} {
  const start = residentBytes(pid)
  let most = start
  const look = (): void => {
    most = Math.max(most, residentBytes(pid))
  }
  const timer = setInterval(look, 25)
  return {
    growth: () => {
      look()
      return most - start
    },
    stop: () => clearInterval(timer),
  }
}
