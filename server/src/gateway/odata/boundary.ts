import type { ExchangeDeps } from '#gateway/call.ts'

const BOUNDARY_BYTES = 16

/** A boundary that nobody can guess, so that no body can hold it. */
export function newBoundary({ randomBytes }: Pick<ExchangeDeps, 'randomBytes'>): string {
  return `b${Buffer.from(randomBytes(BOUNDARY_BYTES)).toString('hex')}`
}
