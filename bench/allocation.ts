import { hash, randomBytes } from 'node:crypto'
import { mintToken } from '@stagedoor/core/token.ts'
import { readConfig } from '@stagedoor/server/src/config/config.ts'
import { countUse } from '@stagedoor/server/src/gateway/count-use.ts'
import { judgeCall } from '@stagedoor/server/src/gateway/judge-call.ts'
import { readRequestHead } from '@stagedoor/server/src/gateway/wire/read-request-head.ts'
import { identify } from '@stagedoor/server/src/policy/identify.ts'
import { createPolicy, type Policy } from '@stagedoor/server/src/policy/policy.ts'
import { loadTenants } from '@stagedoor/server/src/tenants.ts'
import { createUseCounter } from '@stagedoor/server/src/usage/use-counter.ts'
import { plainConfig } from '#test/support/plain-config.ts'

// How many bytes of the heap each part of a decision takes. One command: npm run bench:allocation.

/** So few that no collection comes between. */
const CALLS = 1_000
const ROUNDS = 21
/** A function is compiled to what does not allocate only after some use. */
const WARM_UP = 200_000

const TENANT = 'tnt_plain'
const ENDPOINT = 'enterprise:GET:/events/{}'

async function preparePolicy(digest: string): Promise<Policy> {
  const read = readConfig({
    env: { STAGEDOOR_CONFIG: '/stagedoor.config.json' },
    folder: '/',
    readText: () => JSON.stringify(plainConfig()),
  })
  if (!read.ok) throw new Error(read.problems.join('\n'))
  const policy = createPolicy(await loadTenants(read.config))
  policy.apply({
    id: 'cred_0123456789abcdef01234567',
    tenantId: TENANT,
    active: true,
    deleted: false,
    allowedEndpoints: { kind: 'only', endpoints: [ENDPOINT] },
    tokens: [
      { id: 'tok_0123456789abcdef01234567', kind: 'api', digest, expiresAt: undefined, revokedAt: undefined },
    ],
  })
  return policy
}

/** The median of what a call takes. */
function bytesOf(call: () => unknown): number {
  for (let calls = 0; calls < WARM_UP; calls += 1) call()
  const rounds = Array.from({ length: ROUNDS }, () => {
    globalThis.gc?.()
    const before = process.memoryUsage().heapUsed
    for (let calls = 0; calls < CALLS; calls += 1) call()
    return (process.memoryUsage().heapUsed - before) / CALLS
  })
  return rounds.toSorted((one, other) => one - other)[ROUNDS >> 1] ?? Number.NaN
}

function report(what: string, call: () => unknown): void {
  process.stdout.write(`| ${what} | ${bytesOf(call).toFixed(0)} |\n`)
}

const text = mintToken('api', randomBytes)
const policy = await preparePolicy(hash('sha256', text))
const use = createUseCounter()
const bytes = Buffer.from(
  `GET /enterprise/connect/api/Events/10 HTTP/1.1\r\nHost: api.example.test\r\nAuthorization: Bearer ${text}\r\n` +
    'User-Agent: example/1.0\r\nAccept: application/json\r\n\r\n',
)
const deps = { policy, knowledgeOf: () => 'current' as const, now: () => 1_800_000_000_000 }
const read = readRequestHead(bytes, 0, bytes.length)
if (!read?.ok) throw new Error('the request was not read')
const { head } = read
const judged = judgeCall(deps, head)
if (judged.kind !== 'allowed') throw new Error(`the request was ${judged.kind}`)

process.stdout.write('| part of a call | bytes of the heap |\n|---|--:|\n')
report('nothing', () => undefined)
report(`its head read, ${bytes.length} bytes of it`, () => readRequestHead(bytes, 0, bytes.length))
report('its token hashed and looked up', () => identify(policy, text))
report('its head judged: target, token, endpoint, decision', () => judgeCall(deps, head))
report('its use counted', () => countUse(use, judged.decision, judged.at))
