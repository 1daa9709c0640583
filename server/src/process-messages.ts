import type { Config } from '#config/config.ts'

/** What the first process tells a gateway that it has started: all of its settings, so that each has the same, however late. */
export type Assignment = {
  readonly kind: 'assignment'
  readonly config: Config
  readonly sandboxPort: number | undefined
}

/** What a gateway tells the process that has started it. */
export type Told =
  | { readonly kind: 'here' }
  | { readonly kind: 'ready'; readonly gatewayUrl: string; readonly here: string }
  | { readonly kind: 'failed'; readonly problems: readonly string[] }

/** Between the two is a channel that nobody else has: what is of a known kind is as the other has written it. */
export function isAssignment(message: unknown): message is Assignment {
  return kindOf(message) === 'assignment'
}

export function isTold(message: unknown): message is Told {
  const kind = kindOf(message)
  return kind === 'here' || kind === 'ready' || kind === 'failed'
}

function kindOf(message: unknown): unknown {
  return typeof message === 'object' && message !== null && 'kind' in message ? message.kind : undefined
}
