/** Bytes that are replaced in a text. In the order of the text, none inside another. */
export type Edit = { readonly start: number; readonly end: number; readonly bytes: Uint8Array }

const NOTHING = new Uint8Array(0)

/** The text with its edits; the same object where there are none. */
export function applyEdits(bytes: Uint8Array, edits: readonly Edit[]): Uint8Array {
  if (edits.length === 0) return bytes
  let length = bytes.length
  for (const edit of edits) length += edit.bytes.length - (edit.end - edit.start)
  const edited = new Uint8Array(length)
  let from = 0
  let to = 0
  for (const edit of edits) {
    edited.set(bytes.subarray(from, edit.start), to)
    to += edit.start - from
    edited.set(edit.bytes, to)
    to += edit.bytes.length
    from = edit.end
  }
  edited.set(bytes.subarray(from), to)
  return edited
}

/** Keeps an object whole where members of it are left out: one comma goes with each. */
export type MemberEditor = {
  /** A member begins, at its name. */
  readonly begin: (start: number) => void
  /** It stays, or is left out; `end` is where its value ends. */
  readonly end: (end: number, stays: boolean) => void
  /** The object ends. */
  readonly finish: () => void
}

export function createMemberEditor(edits: Edit[]): MemberEditor {
  let begun = 0
  let ended = 0
  let kept = false
  /** Start of a member left out before any is kept: the comma behind it goes. */
  let leading: number | undefined
  return {
    begin: (start) => {
      if (leading !== undefined) edits.push({ start: leading, end: start, bytes: NOTHING })
      leading = undefined
      begun = start
    },
    end: (end, stays) => {
      if (!stays && kept) edits.push({ start: ended, end, bytes: NOTHING })
      if (!stays && !kept) leading = begun
      kept ||= stays
      ended = end
    },
    finish: () => {
      if (leading !== undefined) edits.push({ start: leading, end: ended, bytes: NOTHING })
    },
  }
}
