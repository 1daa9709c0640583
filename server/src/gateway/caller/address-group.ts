import { isIPv4 } from 'node:net'

/** The socket's other end; IPv4 inside IPv6 as plain IPv4. */
export function plainAddress(address: string): string {
  const last = address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address
  return isIPv4(last) ? last : address
}

/** Who counts as one: an IPv4 address, or the first 64 bits of an IPv6 address, of which one home or machine has all. */
export function addressGroup(address: string): string {
  if (!address.includes(':')) return address
  const [front = '', back = ''] = (address.split('%', 1)[0] ?? '').split('::', 2)
  const before = front === '' ? [] : front.split(':')
  const after = back === '' ? [] : back.split(':')
  const missing = address.includes('::') ? Math.max(0, 8 - before.length - after.length) : 0
  return [...before, ...Array<string>(missing).fill('0'), ...after].slice(0, 4).join(':')
}
