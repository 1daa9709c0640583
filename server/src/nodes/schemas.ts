import { z } from 'zod'

/** Its own refusals quote ids, and people read names: neither holds what could be taken for something else. */
const id = z.string().regex(/^[A-Za-z0-9_-]{8,100}$/)
const name = z
  .string()
  .min(1)
  .max(253)
  .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u)

/** The body of an acknowledgement. */
export const acknowledgementSchema = z.strictObject({
  nodeId: id,
  instance: id,
  name,
  seq: z.int().min(0),
  digest: z.string().regex(/^[0-9a-f]{32}$/),
  configDigest: z.string().regex(/^[A-Za-z0-9_-]{1,128}$/),
})

/** The body of a farewell. */
export const leaveSchema = z.strictObject({ nodeId: id, instance: id })

/** The position that changes are asked for after. */
export const positionSchema = z
  .string()
  .regex(/^(?:0|[1-9][0-9]{0,15})$/)
  .transform(Number)
  .pipe(z.int())
