import type { FieldLines } from '#gateway/wire/head.ts'

/**
 * How many milliseconds a connection may stay idle after this answer: `idleKeptMs`, or a second less than what `keep-alive: timeout=N`
 * allows, so that no request meets the upstream's closing.
 */
export function keptAliveMs(fields: FieldLines, idleKeptMs: number): number {
  for (let at = 0; at < fields.length; at += 2) {
    if (fields[at] !== 'keep-alive') continue
    const seconds = /(?:^|[\s,;])timeout="?(\d{1,9})/i.exec(fields[at + 1] ?? '')?.[1]
    if (seconds !== undefined) return Math.min(idleKeptMs, (Number(seconds) - 1) * 1_000)
  }
  return idleKeptMs
}
