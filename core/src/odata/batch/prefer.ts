import type { ODataProblem } from '#odata/analysis.ts'

export type CheckedPrefer = {
  readonly ok: true
  /** What goes upstream; undefined where nothing is left. */
  readonly prefer: string | undefined
  /** Whether changes are to be tracked: the answer then carries a delta link, whose reach cannot be known. */
  readonly trackChanges: boolean
}

const TRACK = 'track-changes'

/** What may go upstream: name without `odata.` -> what its value looks like. */
const PASSED: ReadonlyMap<string, RegExp> = new Map([
  ['return', /^(?:minimal|representation)$/],
  ['handling', /^(?:strict|lenient)$/],
  ['maxpagesize', /^\d{1,9}$/],
  ['continue-on-error', /^(?:true|false)?$/],
  ['allow-entityreferences', /^$/],
  ['omit-values', /^(?:nulls|defaults)$/],
  ['include-annotations', /^"[\w.*#,-]{1,500}"$/],
  [TRACK, /^$/],
])

/**
 * Reads a Prefer header (RFC 7240; odata.md rows 51, 74, 75) and leaves out what is not understood: preferences are
 * wishes, a service may ignore each of them. `respond-async`, `wait` and `callback` never pass, in either spelling. Of
 * a preference that comes twice the first one counts.
 */
export function checkPrefer(text: string): CheckedPrefer | ODataProblem {
  const wishes = splitOutsideQuotes(text, ',')
  if (!wishes || /[^\x20-\x7e\t]/.test(text)) {
    const problem = 'a Prefer header that is none'
    return { ok: false, code: 'odata_malformed', problem, in: 'header', at: [0, text.length] }
  }
  const passed = new Map<string, string>()
  for (const wish of wishes) {
    const [first = '', ...parameters] = splitOutsideQuotes(wish, ';') ?? []
    const equals = first.indexOf('=')
    const name = (equals < 0 ? first : first.slice(0, equals)).trim().toLowerCase()
    const value = equals < 0 ? '' : first.slice(equals + 1).trim()
    const known = PASSED.get(name.replace(/^odata\./, ''))
    if (!known?.test(value) || parameters.length > 0 || passed.has(name)) continue
    passed.set(name, value === '' ? name : `${name}=${value}`)
  }
  return {
    ok: true,
    prefer: passed.size === 0 ? undefined : [...passed.values()].join(', '),
    trackChanges: passed.has(TRACK) || passed.has(`odata.${TRACK}`),
  }
}

/** Undefined where a quote does not end. */
function splitOutsideQuotes(text: string, separator: string): readonly string[] | undefined {
  const parts: string[] = []
  let start = 0
  let quoted = false
  for (let at = 0; at < text.length; at += 1) {
    if (quoted && text[at] === '\\') at += 1
    else if (text[at] === '"') quoted = !quoted
    else if (text[at] === separator && !quoted) {
      parts.push(text.slice(start, at))
      start = at + 1
    }
  }
  return quoted ? undefined : [...parts, text.slice(start)]
}
