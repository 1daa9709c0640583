import { isIP, isIPv4 } from 'node:net'

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i

/**
 * What stands for a caller when attempts are counted: an IPv4 address, or the /64 of an IPv6 address,
 * since a household has all of it to choose from.
 */
export function clientNetwork(address: string): string {
  const mapped = MAPPED.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  if (isIPv4(address)) return address
  if (isIP(address) === 0) return 'unknown'
  return `${expanded(address).slice(0, 4).join(':')}::/64`
}

/** The eight groups of an IPv6 address. */
function expanded(address: string): readonly string[] {
  // The URL parser writes every spelling of an address in the one way of RFC 5952.
  const [before = '', after] = new URL(`http://[${address.replace(/%.*$/, '')}]`).hostname
    .slice(1, -1)
    .split('::')
  const head = before.split(':').filter(Boolean)
  const tail = (after ?? '').split(':').filter(Boolean)
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0')
  return [...head, ...(after === undefined ? [] : zeros), ...tail]
}
