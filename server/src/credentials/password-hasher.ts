import { hash, type Options, verify } from '@node-rs/argon2'
import type { RandomBytes } from '@stagedoor/core/token.ts'
import { createLimiter } from './limiter.ts'

/** argon2id (the library's default kind) with the parameters of OWASP and ASVS 5, appendix C. 19 MiB each, so few at once. */
export type PasswordHasher = {
  /** A PHC string, or undefined where too many wait already. */
  readonly hash: (password: string) => Promise<string | undefined>
  /** Whether it is the password, or undefined where too many wait already. */
  readonly verify: (phc: string, password: string) => Promise<boolean | undefined>
}

const PARAMETERS = {
  memoryCost: 19_456,
  timeCost: 2,
  parallelism: 1,
} as const satisfies Options
const SALT_BYTES = 16
const AT_ONCE = 2
const WAITING_MAX = 32

export function createPasswordHasher(randomBytes: RandomBytes): PasswordHasher {
  const limited = createLimiter({ atOnce: AT_ONCE, waitingMax: WAITING_MAX })
  return {
    hash: (password) => limited(() => hash(password, { ...PARAMETERS, salt: randomBytes(SALT_BYTES) })),
    verify: (phc, password) => limited(() => verify(phc, password)),
  }
}
