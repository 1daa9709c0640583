import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Every byte that lies in a directory and below it, as text of one character each. */
export function storedBytes(directory: string): string {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n')
}
