import { z } from 'zod'
import { decisionsMembers } from './decisions-schema.ts'
import { gatewayMembers } from './gateway-schema.ts'
import { isLoopback } from './loopback.ts'
import { milliseconds, NEEDS_HTTPS, NOT_A_PLAIN_URL, PLAIN_URL, port, secret } from './pieces.ts'

/** Which parts of Stagedoor a process is. */
const ROLES = ['all', 'control', 'gateway'] as const

const database = z
  .strictObject({
    url: secret.optional().meta({
      description:
        'postgres://user:password@host:port/name, as other secrets. STAGEDOOR_DATABASE_URL gives it too, and wins. Without it: SQLite in the data directory.',
    }),
    poolMax: z.int().min(2).max(200).default(10).meta({ description: 'Connections of this process.' }),
    statementTimeoutMs: milliseconds.default(3_000),
    lockTimeoutMs: milliseconds.default(3_000),
  })
  .prefault({})
  .meta({ description: 'PostgreSQL 15 or newer, for several control planes. Gateways never open it.' })

/** Where gateways find a control plane: node tokens go there, so it is https unless it stays on this machine. */
const controlUrl = z
  .string()
  .regex(PLAIN_URL, { error: NOT_A_PLAIN_URL, abort: true })
  .refine((url) => URL.canParse(url), { error: NOT_A_PLAIN_URL, abort: true })
  .refine((url) => url.startsWith('https:') || isLoopback(url), NEEDS_HTTPS)
  .transform((url) => url.replace(/\/+$/, ''))

/** What a gateway shows its control planes. */
export const NODE_TOKEN_LENGTH_MIN = 32

const GATEWAY_PROCESSES_MAX = 64

/** Members of the settings that say which part this process plays, and with whom. */
export const processMembers = {
  role: z
    .enum(ROLES, `is none of ${ROLES.join(', ')}`)
    .default('all')
    .meta({
      description:
        'all: everything in one process. control: console, admin API and OAuth. gateway: decides calls, follows a control plane.',
    }),
  database,
  nodeTokens: z.array(secret).default([]).meta({
    description:
      'What gateways show control planes, at least 32 characters. A gateway shows the first, a control plane takes each. STAGEDOOR_NODE_TOKEN gives them too, and wins.',
  }),
  nodeName: z.string().trim().min(1).max(60).optional().meta({
    description: "What receipts call this process. The machine's name unless told.",
  }),
  controlUrls: z.array(controlUrl).default([]).meta({
    description: 'Consoles of control planes, which gateways follow: the next one where one is away.',
  }),
  receiptWaitMs: z.int().min(0).max(60_000).default(5_000).meta({
    description: 'For so long an answer waits for the gateways that have not confirmed a change.',
  }),
  metricsPort: port.optional().meta({
    description:
      'Port of GET /metrics for Prometheus. Closed unless set. Of several processes: of the first one.',
  }),
  gatewayProcesses: z.int().min(1).max(GATEWAY_PROCESSES_MAX).default(1).meta({
    description:
      'Processes that share the port of a gateway, one for each core of the processor. For the role gateway only.',
  }),
  ...decisionsMembers,
  ...gatewayMembers,
}
