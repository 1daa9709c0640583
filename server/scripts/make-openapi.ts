import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openApiDocument } from '#admin/openapi.ts'

// Writes docs/openapi.json from the routes. A test fails where the two differ.
const path = join(import.meta.dirname, '../..', 'docs', 'openapi.json')
writeFileSync(path, `${JSON.stringify(openApiDocument(), null, 2)}\n`)
