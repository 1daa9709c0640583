/** Options of OData itself that are read, without `$`. Whatever else begins with `$` is refused. */
const SYSTEM_OPTIONS: ReadonlySet<string> = new Set(
  `apply compute count deltatoken expand filter format id index levels orderby schemaversion search select skip skiptoken
  top`.split(/\s+/),
)

/**
 * The canonical name of a system query option: ASCII case folded, one `$` stripped (URL conventions 5.1), written in lower
 * case with `$`. Undefined for any other name.
 */
export function optionName(name: string): string | undefined {
  const folded = foldAscii(name)
  const bare = folded.startsWith('$') ? folded.slice(1) : folded
  return SYSTEM_OPTIONS.has(bare) ? `$${bare}` : undefined
}

/** Folds A to Z alone: other letters, such as the Kelvin sign, never become those of an option's name. */
export function foldAscii(text: string): string {
  return /[A-Z]/.test(text) ? text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase()) : text
}
