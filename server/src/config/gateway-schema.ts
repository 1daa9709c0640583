import { isIP } from 'node:net'
import { z } from 'zod'

const file = z.string().min(1)

/** Members of the settings for the gateway's own port. */
export const gatewayMembers = {
  gatewayHost: z
    .string()
    .refine((text) => isIP(text) !== 0, 'is not an address such as 127.0.0.1 or 0.0.0.0')
    .default('127.0.0.1')
    .meta({
      description:
        'Address on which the gateway listens. Tokens come there: with gatewayTls, or from a proxy that speaks TLS.',
    }),
  gatewayTls: z
    .strictObject({
      certFile: file.meta({ description: 'PEM, with the certificates between. Relative to this file.' }),
      keyFile: file.meta({ description: 'PEM. Relative to this file.' }),
    })
    .optional()
    .meta({ description: 'The gateway speaks TLS, 1.2 and above. Plain HTTP without it.' }),
}
