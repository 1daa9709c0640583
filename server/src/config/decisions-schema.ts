import { isIP } from 'node:net'
import { z } from 'zod'
import { port } from './pieces.ts'

const NOT_A_RANGE = 'is not an address or a range such as 127.0.0.1, 10.0.0.0/8 or fd00::/8'

/** An address, or a range of them. One that holds every address would trust callers as well. */
const range = z
  .string()
  .refine((text) => isRange(text), { error: NOT_A_RANGE, abort: true })
  .refine((text) => !/\/0+$/.test(text), 'trusts everybody')

function isRange(text: string): boolean {
  const [address = '', length, ...more] = text.split('/')
  const family = isIP(address)
  if (family === 0 || more.length > 0 || address.includes('%')) return false
  return length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= (family === 4 ? 32 : 128))
}

/** Where a proxy says which call it asks about. */
const CALL_IN = ['x-forwarded', 'x-original', 'path'] as const

/** Members of the settings for proxies that forward calls themselves, and ask here whether they may. */
export const decisionsMembers = {
  decisionsPort: port.optional().meta({
    description: 'Port where proxies ask whether a call may pass (forward-auth). Closed unless set.',
  }),
  decisions: z
    .strictObject({
      trustedProxies: z.array(range).default([]).meta({
        description: 'Addresses and ranges of the proxies that may ask. Nobody else is answered.',
      }),
      callIn: z.enum(CALL_IN).default('x-forwarded').meta({
        description:
          'Where they say which call it is: x-forwarded: X-Forwarded-Method and -Uri. x-original: X-Original-Method and -URI. path: behind /v1/forward-auth/path.',
      }),
      address: z
        .string()
        .refine((text) => isIP(text) !== 0, 'is not an address such as 127.0.0.1')
        .default('127.0.0.1')
        .meta({ description: 'Where it listens. Tokens come here without TLS: a network of your own.' }),
    })
    .prefault({}),
}
