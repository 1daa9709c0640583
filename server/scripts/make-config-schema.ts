import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { z } from 'zod'
import { fileSchema } from '#config/schema.ts'

/** The JSON Schema of stagedoor.config.json, as it stands in docs/. */
export function configSchema(): string {
  const schema = z.toJSONSchema(fileSchema, { io: 'input', reused: 'inline' })
  return `${JSON.stringify({ ...schema, title: 'stagedoor.config.json' }, undefined, 2)}\n`
}

if (import.meta.main)
  writeFileSync(resolve(import.meta.dirname, '../../docs/stagedoor.config.schema.json'), configSchema())
