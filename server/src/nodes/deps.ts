import type { RandomBytes } from '@stagedoor/core/token.ts'
import type { Context, Hono } from 'hono'
import type { Logger } from 'pino'
import type { Nodes } from '#feed/nodes.ts'
import type { Publisher } from '#feed/publisher.ts'
import type { UsageDeps } from './usage.ts'

/** What the API of gateways needs from outside. */
export type NodesDeps = UsageDeps & {
  readonly publisher: Pick<Publisher, 'follow' | 'snapshot' | 'digest'>
  readonly nodes: Pick<Nodes, 'acknowledge' | 'leave'>
  /** Each of them is accepted, at least 32 characters long. None: every gateway is refused. */
  readonly nodeTokens: readonly string[]
  /** The OAuth endpoints, for callers of gateways. The address is the caller's, as the gateway says it. */
  readonly oauth: (request: Request, caller: { readonly address: string }) => Promise<Response>
  readonly randomBytes: RandomBytes
  readonly log: Logger
  /** Aborted when others are to be asked from now on: streams end, so that nothing waits for them. */
  readonly stopping?: AbortSignal
  /** After so many milliseconds a stream is cut that its reader does not take from. 30,000 unless told. */
  readonly stalledMs?: number
}

/** What every request carries. */
export type NodesEnv = { Variables: { readonly requestId: string } }

export type NodesApp = Hono<NodesEnv>
export type NodesContext = Context<NodesEnv>

/** Where the API is, on the console's port. */
export const NODES_PATH = '/nodes/v1'
