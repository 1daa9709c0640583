import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The model as published: the file that a catalog can be made of. */
export const METADATA = readFileSync(join(import.meta.dirname, 'events.csdl.xml'), 'utf8')
