import type { RandomBytes } from '@stagedoor/core/token.ts'

/** A new id of a request: `req_` and 96 random bits in hex. Never taken from the caller, who could forge log lines. */
export function requestId(randomBytes: RandomBytes): string {
  return `req_${Buffer.from(randomBytes(12)).toString('hex')}`
}
