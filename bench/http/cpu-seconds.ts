import { readdirSync, readFileSync } from 'node:fs'

/** Of Linux, for user space, on every machine: what one unit of the times in /proc is. */
const TICKS_PER_SECOND = 100

/** Processor time of a process and its children, from its start; NaN where there is no /proc. */
export function cpuSeconds(pid: number): number {
  try {
    return ownSeconds(pid) + childrenOf(pid).reduce((sum, child) => sum + cpuSeconds(child), 0)
  } catch {
    return Number.NaN
  }
}

/** proc(5): utime and stime are the 14th and 15th of the line; the 2nd, in brackets, may have spaces. */
function ownSeconds(pid: number): number {
  const line = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
}

function childrenOf(pid: number): readonly number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  )
}
