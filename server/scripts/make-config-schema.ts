import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import process from 'node:process'
import { z } from 'zod'
import { fileSchema } from '#config/schema.ts'

/** The JSON Schema of stagedoor.config.json, as it stands in docs/. */
export function configSchema(): string {
  const schema = z.toJSONSchema(fileSchema, { io: 'input', reused: 'inline' })
  return `${JSON.stringify({ ...schema, title: 'stagedoor.config.json' }, undefined, 2)}\n`
}

// Not import.meta.main: the oldest Node 24 does not have it.
if (process.argv[1] === import.meta.filename)
  writeFileSync(resolve(import.meta.dirname, '../../docs/stagedoor.config.schema.json'), configSchema())
