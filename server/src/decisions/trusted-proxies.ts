import { BlockList, isIP } from 'node:net'

/**
 * Tells whether an address is one of these: IPv4 or IPv6 addresses, and ranges (`10.0.0.0/8`) of RFC 4632. IPv4 inside of
 * IPv6 counts as IPv4. Throws TypeError where an entry is neither.
 */
export function createTrust(entries: readonly string[]): (address: string) => boolean {
  const list = new BlockList()
  for (const entry of entries) {
    const [address = '', length] = entry.split('/')
    const family = familyOf(address)
    if (family === undefined) throw new TypeError(`${entry} is no address`)
    if (length === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(length), family)
  }
  return (address) => {
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
    const family = familyOf(plain)
    return family !== undefined && list.check(plain, family)
  }
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  const version = isIP(address)
  return version === 0 ? undefined : version === 4 ? 'ipv4' : 'ipv6'
}
