import type { RandomBytes } from '@stagedoor/core/token.ts'

const BYTES = 12
/** Asked for together: one by one they would cost more than the rest of a call's decision. */
const AT_ONCE = 256

/** Makes ids of requests: `req_` and 96 random bits in hex. Never taken from the caller, who could forge log lines. */
export function createRequestIds(randomBytes: RandomBytes): () => string {
  let hex = ''
  let at = 0
  return () => {
    if (at >= hex.length) {
      hex = Buffer.from(randomBytes(BYTES * AT_ONCE)).toString('hex')
      at = 0
    }
    at += BYTES * 2
    return 'req_' + hex.slice(at - BYTES * 2, at)
  }
}
