import { z } from 'zod'

/** A secret in the file itself, or the name of the environment variable that holds it. */
export const secret = z
  .union([z.string().min(1), z.strictObject({ env: z.string().min(1) })])
  .meta({ description: 'The value itself, or {"env": "NAME"} to read it from an environment variable.' })

export const milliseconds = z.int().min(1).max(600_000)

export const PORT_MAX = 65_535

export const port = z.int().min(0).max(PORT_MAX)

/** Of process `number` of a gateway, from 1 on; 0: the system chooses for each. */
export function metricsPortOf(first: number, number: number): number {
  return first === 0 ? 0 : first + number - 1
}

export const NEEDS_HTTPS = 'needs https anywhere but on this machine'

/** Nobody's name or password in it, no query and no fragment. */
export const PLAIN_URL = /^https?:\/\/[^/?#@\\\s][^?#@\\\s]*$/
export const NOT_A_PLAIN_URL = 'is not an http or https URL without query'
