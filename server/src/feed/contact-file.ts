import { readFile } from 'node:fs/promises'
import { replaceFile } from './kept-files.ts'
import { readChecked, writeChecked } from './protocol.ts'

/** What the next start needs to know how old its knowledge is. */
export type KeptContact = {
  /** Of the files that it speaks of. */
  readonly history: string
  /** Everything up to this position was known, and is in the files. */
  readonly seq: number
  /** When that was so: epoch milliseconds of the control plane's clock. */
  readonly contactAt: number
  /** The control plane's clock minus the wall clock of this machine. */
  readonly offsetMs: number
}

const KIND = 'policy_contact'

export async function writeContactFile(path: string, contact: KeptContact): Promise<void> {
  const file = await replaceFile(path)
  try {
    await file.write(writeChecked({ kind: KIND, ...contact }))
    await file.commit()
  } catch (error) {
    await file.abandon()
    throw error
  }
}

/** Undefined where there is none, or none that can be trusted. */
export async function readContactFile(path: string): Promise<KeptContact | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '')
  const read = readChecked(text.endsWith('\n') ? text.slice(0, -1) : '')
  if (!read.ok || read.value['kind'] !== KIND) return undefined
  const { history, seq, contactAt, offsetMs } = read.value
  const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)
  if (typeof history !== 'string' || !isNumber(seq) || !isNumber(contactAt) || !isNumber(offsetMs))
    return undefined
  return { history, seq, contactAt, offsetMs }
}
