import { join } from 'node:path'
import { type KeptContact, readContactFile } from './contact-file.ts'
import { isMissing } from './kept-files.ts'
import type { KnownState, Position, SnapshotPart } from './known-state.ts'
import { readChangesFile, readSnapshotFile } from './snapshot-file.ts'

/** Names within the data directory. Each kind has a predecessor beside it. */
export function policyPaths(directory: string) {
  const named = (name: string) => ({
    current: join(directory, name),
    previous: join(directory, `${name}.previous`),
  })
  return {
    snapshot: named('policy.snapshot'),
    changes: named('policy.changes'),
    contact: named('policy.contact'),
  }
}

export type PolicyPaths = ReturnType<typeof policyPaths>

/** What everything is decided by, as files had it. */
export type Restored = {
  readonly position: Position
  /** Of the file and its predecessor. */
  readonly from: 'current' | 'previous'
  /**
   * Until when everything was known, as the control plane's clock. Undefined where nobody can say, or where changes are missing
   * that this gateway had: it had confirmed them, so that no age would be old enough.
   */
  readonly contactAt: number | undefined
  /** Undefined where it was not kept. */
  readonly offsetMs: number | undefined
}

export type RestoreOptions = {
  readonly state: Pick<KnownState, 'load'>
  /** A file is there and cannot be trusted. */
  readonly onDamaged: (file: string, error: unknown) => void
}

/** Takes the newest snapshot that is whole, and the changes after it. Never rejects; undefined where there is none. */
export async function restorePolicy(
  paths: PolicyPaths,
  { state, onDamaged }: RestoreOptions,
): Promise<Restored | undefined> {
  const contacts = await Promise.all(
    [paths.contact.current, paths.contact.previous].map((path) => readContactFile(path)),
  )
  for (const from of ['current', 'previous'] as const) {
    const file = readHistory(paths, paths.snapshot[from], onDamaged)
    try {
      const position = await state.load(file.parts())
      const { history, isDamaged } = file.read()
      const contact = contacts.find((each) => each?.history === history)
      const had = [...contacts.map((each) => each?.seq ?? 0), from === 'previous' ? await lastKept(paths) : 0]
      const lacksSome = isDamaged || had.some((seq) => seq > position.seq)
      return {
        position,
        from,
        contactAt: lacksSome ? undefined : contact?.contactAt,
        offsetMs: newest(contacts)?.offsetMs,
      }
    } catch (error) {
      if (!isMissing(error)) onDamaged(paths.snapshot[from], error)
    }
  }
  return undefined
}

type HistoryRead = {
  readonly history: string | undefined
  readonly isDamaged: boolean
}

/** A snapshot file, and every change of the same history that follows on it without a gap. */
function readHistory(
  paths: PolicyPaths,
  path: string,
  onDamaged: RestoreOptions['onDamaged'],
): { readonly parts: () => AsyncGenerator<SnapshotPart>; readonly read: () => HistoryRead } {
  let read: HistoryRead = { history: undefined, isDamaged: false }
  async function* parts(): AsyncGenerator<SnapshotPart> {
    let seq = 0
    for await (const part of readSnapshotFile(path, ({ history }) => {
      read = { ...read, history }
    })) {
      const first = 'kind' in part ? undefined : part[0]
      if (first?.kind === 'snapshot_begin') ({ seq } = first)
      yield part
    }
    // Which of the two names they have depends on when the process was ended.
    for (const changesPath of [paths.changes.previous, paths.changes.current]) {
      const { header, changes, isDamaged } = await readChangesFile(changesPath)
      if (header?.history !== read.history) continue
      if (isDamaged) {
        onDamaged(changesPath, undefined)
        read = { ...read, isDamaged: true }
      }
      for (const change of changes) {
        if (change.seq !== seq + 1) {
          read = { ...read, isDamaged: true }
          break
        }
        seq = change.seq
        yield [change]
      }
    }
  }
  return { parts, read: () => read }
}

/** The last change that any of the files has; 0 where none has one. */
async function lastKept({ changes }: PolicyPaths): Promise<number> {
  const read = await Promise.all([changes.current, changes.previous].map((path) => readChangesFile(path)))
  return Math.max(...read.map((file) => file.changes.at(-1)?.seq ?? 0))
}

function newest(contacts: readonly (KeptContact | undefined)[]): KeptContact | undefined {
  return contacts.find((each) => each !== undefined)
}
