import type { BetterAuthOptions } from 'better-auth'
import type { Logger } from 'pino'

const MESSAGE_LENGTH_MAX = 200
const WITHHELD = [/\S+@\S+/g, /https?:\S+/g, /[\w-]{20,}/g]

/** Better Auth's log in ours: its words without addresses, links and long strings, and of its objects only kinds. */
export function authLogger(log: Logger): NonNullable<BetterAuthOptions['logger']> {
  return {
    level: 'warn',
    disableColors: true,
    log: (level, message, ...details: unknown[]) => {
      const kinds = details.filter((detail) => detail instanceof Error).map((error) => error.name)
      log[level]({ library: 'better-auth', ...(kinds.length > 0 && { kinds }) }, withhold(message))
    },
  }
}

function withhold(message: string): string {
  let text = message
  for (const pattern of WITHHELD) text = text.replaceAll(pattern, '(withheld)')
  return text.slice(0, MESSAGE_LENGTH_MAX)
}
