/** Where in a request something is said. Offsets are characters of the raw text, end exclusive. */
export type Cause = {
  /** `path`, the canonical name of an option (`$filter`), a parameter alias (`@p`), `body`, or `header`. */
  readonly in: string
  /** The words of the request, decoded: `Account/Name`. */
  readonly text: string
  readonly at: readonly [number, number]
}

/** An endpoint that a request really reaches, and every place that says so. `endpoint` is a key: `GET Events`. */
export type Touch = { readonly endpoint: string; readonly by: readonly Cause[] }

/** Collects what an analysis finds. One per request. */
export type Recorder = {
  readonly touch: (endpoint: string, cause: Cause) => void
  /** A part of the request whose reach cannot be known from the model. */
  readonly unknownReach: (cause: Cause) => void
  /** A name of the model that was understood. The second check compares them with what stands in the text. */
  readonly visited: (name: string) => void
  readonly found: () => Found
}

export type Found = {
  readonly touches: readonly Touch[]
  readonly unknownReach: readonly Cause[]
  readonly names: ReadonlySet<string>
}

export function createRecorder(): Recorder {
  const touches = new Map<string, Cause[]>()
  const unknown: Cause[] = []
  const names = new Set<string>()
  return {
    touch: (endpoint, cause) => {
      const by = touches.get(endpoint)
      if (by) by.push(cause)
      else touches.set(endpoint, [cause])
    },
    unknownReach: (cause) => void unknown.push(cause),
    visited: (name) => void names.add(name),
    found: () => ({
      touches: [...touches].map(([endpoint, by]) => ({ endpoint, by })),
      unknownReach: unknown,
      names,
    }),
  }
}
