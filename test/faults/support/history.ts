/** What a credential can be: `narrowed` is active and may not call what the tests call. */
export type State = 'active' | 'narrowed' | 'inactive' | 'deleted'

export type Known = {
  readonly id: string
  readonly token: string
  /** One where the last change was acknowledged; more where nobody knows whether it took place. */
  readonly possible: ReadonlySet<State>
}

/** What was acknowledged and what was answered, by which the end is judged. */
export type History = {
  readonly added: (credential: { readonly id: string; readonly token: string }, pending: Pending) => void
  /** A change is on its way: from now on either is possible. */
  readonly trying: (id: string, state: State) => void
  readonly acknowledged: (id: string, state: State, pending: Pending) => void
  /** A call, and what was expected of it when it was sent. */
  readonly called: (call: Called) => void
  /** What is known to be so at a gateway, for a call that is sent now. */
  readonly expected: (id: string, gateway: string) => Expected
  readonly credentials: () => readonly Known[]
  readonly violations: () => readonly string[]
  readonly counts: () => Counts
}

/** Names of gateways that have not confirmed. */
export type Pending = readonly string[]

export type Called = {
  readonly id: string
  readonly gateway: string
  readonly expected: Expected
  readonly status: number
  readonly code: string | undefined
}

/** `version` is another one after each change, so that a call that took place beside one is not judged. */
export type Expected = { readonly status: 200 | 'refused' | undefined; readonly version: number }

type Counts = {
  readonly acknowledged: number
  readonly unknown: number
  readonly calls: number
  readonly refused: number
}

type Entry = {
  readonly token: string
  possible: Set<State>
  version: number
  /** Gateways where the newest state is known to be in force, by a receipt or because they have refused since. */
  confirmedBy: Set<string>
}

const GATEWAYS = ['gateway-1', 'gateway-2', 'gateway-3'] as const

export function createHistory(): History {
  const entries = new Map<string, Entry>()
  const violations: string[] = []
  let [acknowledged, calls, refused] = [0, 0, 0]
  const find = (id: string): Entry => {
    const entry = entries.get(id)
    if (!entry) throw new Error(`${id} was never added`)
    return entry
  }
  const confirmedBut = (pending: Pending): Set<string> =>
    new Set(GATEWAYS.filter((name) => !pending.includes(name)))
  const expected = (id: string, gateway: string): Expected => {
    const { possible, version, confirmedBy } = find(id)
    const [state] = possible
    if (possible.size !== 1 || !confirmedBy.has(gateway)) return { status: undefined, version }
    return { status: state === 'active' ? 200 : 'refused', version }
  }
  return {
    added: ({ id, token }, pending) => {
      acknowledged += 1
      entries.set(id, {
        token,
        possible: new Set(['active']),
        version: 0,
        confirmedBy: confirmedBut(pending),
      })
    },
    trying: (id, state) => {
      const entry = find(id)
      entry.possible.add(state)
      entry.version += 1
    },
    acknowledged: (id, state, pending) => {
      acknowledged += 1
      const entry = find(id)
      entry.possible = new Set([state])
      entry.version += 1
      entry.confirmedBy = confirmedBut(pending)
    },
    called: ({ id, gateway, expected, status, code }) => {
      calls += 1
      const entry = find(id)
      // What was expected may have changed while it was on its way.
      if (entry.version !== expected.version) return
      const isRefused = status === 401 || status === 403
      if (expected.status === 'refused') refused += 1
      if (expected.status === 'refused' && status === 200)
        violations.push(`${id} was accepted by ${gateway}, which had refused it or had confirmed to`)
      if (expected.status === 200 && isRefused)
        violations.push(`${id} was refused by ${gateway} (${status} ${code}), which had confirmed it`)
      if (status !== 200 && !isRefused && status !== 503)
        violations.push(`${id} was answered ${status} ${code} by ${gateway}`)
      // It refuses: whatever becomes of it, it never accepts again until somebody changes something.
      if (isRefused && entry.possible.size === 1 && !entry.possible.has('active'))
        entry.confirmedBy.add(gateway)
    },
    expected,
    credentials: () => [...entries].map(([id, { token, possible }]) => ({ id, token, possible })),
    violations: () => violations,
    counts: () => {
      const unknown = [...entries.values()].filter(({ possible }) => possible.size > 1).length
      return { acknowledged, unknown, calls, refused }
    },
  }
}
