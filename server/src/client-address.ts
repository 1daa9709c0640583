import { isIP } from 'node:net'

type AddressSources = {
  /** Header in which a trusted proxy says who calls; undefined: the socket's other end is the caller. */
  readonly clientAddressHeader: string | undefined
  readonly socketAddress: string
}

/** The last address of the header: what stands before it may be the caller's own invention. */
export function clientAddress(
  headers: Headers,
  { clientAddressHeader, socketAddress }: AddressSources,
): string {
  const said = clientAddressHeader === undefined ? null : headers.get(clientAddressHeader)
  const last = said?.split(',').at(-1)?.trim() ?? ''
  return isIP(last) === 0 ? socketAddress : last
}
