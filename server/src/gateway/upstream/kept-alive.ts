import { fieldNumber } from '#gateway/wire/field-names.ts'
import { type FieldSection, valuesOf } from '#gateway/wire/field-section.ts'

const KEEP_ALIVE = fieldNumber('keep-alive')

/**
 * How many milliseconds a connection may stay idle after this answer: `idleKeptMs`, or a second less than what `keep-alive: timeout=N`
 * allows, so that no request meets the upstream's closing.
 */
export function keptAliveMs(fields: FieldSection, idleKeptMs: number): number {
  for (const value of valuesOf(fields, KEEP_ALIVE)) {
    const seconds = /(?:^|[\s,;])timeout="?(\d{1,9})/i.exec(value)?.[1]
    if (seconds !== undefined) return Math.min(idleKeptMs, (Number(seconds) - 1) * 1_000)
  }
  return idleKeptMs
}
