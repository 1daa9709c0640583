import { z } from '@hono/zod-openapi'

/** A point in time, as the API shows it. */
export const instant = z.string().openapi({ format: 'date-time', example: '2026-03-01T09:30:00.000Z' })

export function toIso(instant: number): string {
  return new Date(instant).toISOString()
}
