import { hash, verify } from '@node-rs/argon2'
import type { PasswordHasher } from '#credentials/password-hasher.ts'

/** argon2id, as small as it goes: for tests of everything but its strength. */
export const SMALL_HASHER: PasswordHasher = {
  hash: (password) => hash(password, { memoryCost: 8, timeCost: 1, parallelism: 1 }),
  verify: (phc, password) => verify(phc, password),
}

/** What a hasher was asked to do: `hash`, or the parameters of what was verified, `m=19456,t=2,p=1`. */
export type CountedHasher = PasswordHasher & { readonly work: string[] }

/** Notes what this hasher does, and lets it do it. */
export function countedHasher(hasher: PasswordHasher): CountedHasher {
  const work: string[] = []
  return {
    work,
    hash: (password) => {
      work.push('hash')
      return hasher.hash(password)
    },
    verify: (phc, password) => {
      work.push(/^\$argon2id\$v=19\$([^$]+)\$/.exec(phc)?.[1] ?? phc)
      return hasher.verify(phc, password)
    },
  }
}
