import type { RandomBytes } from '@stagedoor/core/token.ts'

type IdPrefix = 'cred' | 'tok' | 'aud' | 'fam' | 'mgt' | 'opr' | 'ses' | 'acc' | 'inv' | 'ver' | 'two'

/** A new id that may be logged: prefix and 96 random bits in hex, `cred_0123...`. Never shares a prefix with a secret. */
export function newId(prefix: IdPrefix, randomBytes: RandomBytes): string {
  return `${prefix}_${Buffer.from(randomBytes(12)).toString('hex')}`
}
