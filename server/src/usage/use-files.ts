import { hash } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type UseBatch, UseBatchSchema } from './use-batch.ts'

/** Of a file of a batch. */
export type UseFile = { readonly number: number; readonly bytes: number }

export type ReadBatch = { readonly ok: true; readonly batch: UseBatch } | { readonly ok: false }

/** Batches as files of a directory, each written whole or not at all. Rejects where the disk does. */
export type UseFiles = {
  /** By number. What was begun and not ended is swept away, and of what was put aside all but the last few. */
  readonly list: () => Promise<readonly UseFile[]>
  /** The highest number that may have been used; undefined where nothing says so. */
  readonly readReserved: () => Promise<number | undefined>
  readonly writeReserved: (number: number) => Promise<void>
  readonly write: (batch: UseBatch) => Promise<UseFile>
  readonly read: (number: number) => Promise<ReadBatch>
  readonly remove: (number: number) => Promise<void>
  /** Keeps it under another name, for people to look at. */
  readonly putAside: (number: number) => Promise<void>
}

const DAMAGED_KEPT = 20
const SUM_LENGTH = 64
const BEFORE_SUM = '{"checksum":"'
const BEFORE_CONTENT = '","content":'
const CONTENT_AT = BEFORE_SUM.length + SUM_LENGTH + BEFORE_CONTENT.length

export function createUseFiles(directory: string): UseFiles {
  const pathOf = (number: number): string => join(directory, `${number}.json`)
  const reserved = join(directory, 'reserved')
  return {
    list: async () => {
      await mkdir(directory, { recursive: true, mode: 0o700 })
      const names = await readdir(directory)
      const damaged = names.filter((name) => name.endsWith('.damaged')).toSorted(byNumber)
      const swept = [...names.filter((name) => name.endsWith('.tmp')), ...damaged.slice(0, -DAMAGED_KEPT)]
      for (const name of swept) await rm(join(directory, name), { force: true })
      const numbers = names
        .filter((name) => /^\d{1,16}\.json$/.test(name))
        .map((name) => Number.parseInt(name, 10))
      const files: UseFile[] = []
      for (const number of numbers.toSorted((one, other) => one - other))
        files.push({ number, bytes: (await stat(pathOf(number))).size })
      return files
    },
    readReserved: async () => {
      const content = unseal(await readOrEmpty(reserved))
      return Number.isSafeInteger(content) ? Number(content) : undefined
    },
    writeReserved: async (number) => await replaceFile(directory, reserved, seal(number)),
    write: async (batch) => {
      const text = seal(batch)
      await replaceFile(directory, pathOf(batch.number), text)
      return { number: batch.number, bytes: Buffer.byteLength(text) }
    },
    read: async (number) => {
      const read = UseBatchSchema.safeParse(unseal(await readOrEmpty(pathOf(number))))
      return read.success && read.data.number === number ? { ok: true, batch: read.data } : { ok: false }
    },
    remove: async (number) => await rm(pathOf(number), { force: true }),
    putAside: async (number) => {
      await rename(pathOf(number), `${pathOf(number)}.damaged`).catch((error: unknown) => {
        if (!isCode(error, 'ENOENT')) throw error
      })
    },
  }
}

function byNumber(one: string, other: string): number {
  return Number.parseInt(one, 10) - Number.parseInt(other, 10)
}

/** Empty where there is no file, or its part of the disk is broken: that is damage like any other. */
async function readOrEmpty(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (isCode(error, 'ENOENT') || isCode(error, 'EIO')) return ''
    throw error
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

/** JSON with a checksum over the very bytes of its content. */
function seal(content: unknown): string {
  const text = JSON.stringify(content)
  return `${BEFORE_SUM}${hash('sha256', text)}${BEFORE_CONTENT}${text}}\n`
}

/** Undefined where it is not as it was written. */
function unseal(text: string): unknown {
  const content = text.slice(CONTENT_AT, -'}\n'.length)
  if (text !== `${BEFORE_SUM}${hash('sha256', content)}${BEFORE_CONTENT}${content}}\n`) return undefined
  try {
    return JSON.parse(content)
  } catch {
    return undefined
  }
}

/** After it has resolved, the content survives a power cut; before, the one before does, whole. */
async function replaceFile(directory: string, path: string, text: string): Promise<void> {
  const beside = `${path}.tmp`
  const file = await open(beside, 'w', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(beside, path)
  // Windows opens no directories, and keeps its own order of such changes.
  if (process.platform === 'win32') return
  const folder = await open(directory, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
