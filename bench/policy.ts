import { hash } from 'node:crypto'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import type { Catalog } from '@stagedoor/core/catalog/endpoint.ts'
import { createMatcher, match } from '@stagedoor/core/catalog/matcher.ts'
import { type Addressed, decide } from '@stagedoor/core/decide.ts'
import type { Decision } from '@stagedoor/core/decision.ts'
import type { PolicyRecord } from '@stagedoor/core/policy-record.ts'
import type { Target } from '@stagedoor/core/target.ts'
import { mintToken } from '@stagedoor/core/token.ts'
import { createKnownState } from '@stagedoor/server/src/feed/known-state.ts'
import { createPolicyDigest } from '@stagedoor/server/src/feed/policy-digest.ts'
import { createPolicyStore } from '@stagedoor/server/src/feed/policy-store.ts'
import type { FeedMessage } from '@stagedoor/server/src/feed/protocol.ts'
import { countUse } from '@stagedoor/server/src/gateway/count-use.ts'
import { identify } from '@stagedoor/server/src/policy/identify.ts'
import { createPolicy, type Policy } from '@stagedoor/server/src/policy/policy.ts'
import { createUseCounter } from '@stagedoor/server/src/usage/use-counter.ts'
import { measure } from 'mitata'
import { pino } from 'pino'

// What a decision costs in process, part by part. One command: npm run bench:policy. Aims (nanoseconds are of a quiet machine):
// decide() 300 ns, from token text to decision 1 us at 1,000,000 credentials, malformed tokens 1 us, 64 bytes a credential,
// a change 100 us, 1,000,000 credentials ready from the file in 1 s. The first row says how quiet the machine is.
// CREDENTIALS=10000000 sets the largest number; ONLY=file measures the file of a snapshot alone.

const COUNTS = [1_000, 100_000, Number(process.env['CREDENTIALS'] ?? 1_000_000)]
/** How many different tokens are asked for; more than are remembered as objects. */
const ASKED = 100_000

/** Octets that look random and are the same in every run. */
function octetsOf(text: string): (count: number) => Uint8Array {
  return (count) => Buffer.from(hash('sha512', text, 'binary'), 'latin1').subarray(0, count)
}

function tokenOf(number: number): string {
  return mintToken('api', octetsOf(`token ${number}`))
}

function toCatalog(count: number): Catalog {
  const mount = '/elite/connect/api'
  const forms = Array.from({ length: count }, (_, index) => {
    const template =
      index % 2 ? `/resource${index >> 2}/{id}/part${index & 3}` : `/resource${index >> 2}/part${index & 3}`
    return {
      endpoint: {
        id: `elite:GET:${template.replace('{id}', '{}')}`,
        catalog: 'elite',
        operation: `Operation${index}`,
        method: 'GET' as const,
        path: mount + template,
        title: `Operation ${index}`,
        resource: 'Resource',
        effect: 'read' as const,
      },
      template,
      query: [],
      upstreamPrefix: '',
    }
  })
  return {
    id: 'elite',
    title: 'Elite',
    kind: 'openapi',
    mount,
    rules: { caseSensitive: false, trailingSlashTolerated: true },
    endpoints: forms.map(({ endpoint }) => endpoint),
    forms,
  }
}

const catalog = toCatalog(1_000)
const tenant = { id: 'tnt_one', name: 'One', edition: 'elite', catalogs: [catalog] } as const
/** What everybody may call. */
const COMMON = catalog.endpoints.filter((_, index) => index % 200 === 7)
/** Allow-lists as operators make them: some different ones that many credentials have. */
const LISTS = Array.from({ length: 50 }, (_, list) => {
  const own = catalog.endpoints.filter((__, index) => index % 200 === list)
  return [...new Set([...COMMON, ...own])].map(({ id }) => id)
})
const ALL_LISTED = catalog.endpoints.map(({ id }) => id)

function recordOf(number: number, more: Partial<PolicyRecord> = {}): PolicyRecord {
  const digits = hash('sha256', `ids ${number}`)
  return {
    id: `cred_${digits.slice(0, 24)}`,
    tenantId: tenant.id,
    active: true,
    deleted: false,
    allowedEndpoints: { kind: 'only', endpoints: LISTS[number % LISTS.length] ?? [] },
    tokens: [
      {
        id: `tok_${digits.slice(24, 48)}`,
        kind: 'api',
        digest: hash('sha256', tokenOf(number)),
        expiresAt: number % 2 ? 1_900_000_000_000 + number : undefined,
        revokedAt: undefined,
      },
    ],
    ...more,
  }
}

const rows: string[] = []
function report(what: string, figure: string): void {
  rows.push(`| ${what} | ${figure} |`)
  process.stdout.write(`${what}: ${figure}\n`)
}

/** The median of a call, as nanoseconds. */
async function time(what: string, call: () => unknown): Promise<void> {
  const { p50, p99 } = await measure(call, { min_cpu_time: 200e6, batch_samples: 128 })
  report(what, `${p50.toFixed(0)} ns, p99 ${p99.toFixed(0)} ns`)
}

/** Something else of a list each time. */
function each<T>(list: readonly T[], use: (one: T) => unknown): () => unknown {
  let at = 0
  return () => {
    at = at + 1 === list.length ? 0 : at + 1
    return use(list[at] as T)
  }
}

function memory(): number {
  for (let times = 0; times < 3; times += 1) globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

function targetsOf({ forms }: Catalog): readonly Target[] {
  return forms.map(({ template }, index) => ({
    segments: `elite/connect/api${template.replace('{id}', String(4_711 + index))}`.split('/'),
    trailingSlash: false,
    query: [],
  }))
}

function fill(count: number): Policy {
  const policy = createPolicy([tenant])
  const before = memory()
  const began = performance.now()
  for (let number = 0; number < count; number += 1) policy.apply(recordOf(number))
  const seconds = (performance.now() - began) / 1000
  const bytes = (memory() - before) / count
  report(`${count} credentials entered, with making the records`, `${seconds.toFixed(1)} s`)
  report(`memory of a credential with one token and its share of allow-lists`, `${bytes.toFixed(1)} bytes`)
  return policy
}

const NOW = 1_800_000_000_000

/** From the text of a token and a target that was read to the decision. */
function decider(policy: Policy): (text: string) => Decision {
  const matchers = policy.matchersOf(tenant.id)
  const targets = targetsOf(catalog).filter((_, index) =>
    COMMON.some(({ id }) => id === catalog.endpoints[index]?.id),
  )
  let at = 0
  return (text) => {
    at = at + 1 === targets.length ? 0 : at + 1
    const { token, credential } = identify(policy, text)
    const found = match(matchers, 'GET', targets[at] as Target)
    const addressed: Addressed =
      found.kind === 'endpoint'
        ? { kind: 'endpoint', endpoint: found.form.endpoint }
        : { kind: 'unknown', methods: [] }
    const decision = decide({ now: NOW, token, credential, knowledge: 'current', addressed })
    if (decision.outcome !== 'allow') throw new Error(`refused: ${decision.reason}`)
    return decision
  }
}

async function timeParts(policy: Policy, texts: readonly string[]): Promise<void> {
  const { token, credential } = identify(policy, texts[0])
  const [endpoint] = COMMON
  if (!endpoint) throw new Error('the catalog is empty')
  const facts = {
    now: NOW,
    token,
    credential,
    knowledge: 'current',
    addressed: { kind: 'endpoint', endpoint },
  } as const
  const decision = decide(facts)
  if (decision.outcome !== 'allow') throw new Error(`refused: ${decision.reason}`)
  const use = createUseCounter()
  await time('decide() with all facts in hand', () => decide(facts))
  await time('a call counted', () => countUse(use, decision, NOW))
  const wrong = texts.map((text) => `${text.slice(0, -1)}${text.endsWith('a') ? 'b' : 'a'}`)
  const unknown = texts.map((_, index) => tokenOf(-1 - index))
  const present = (text: string): unknown => identify(policy, text)
  await time('a malformed token: wrong length', each(['sd_api_short', 'Basic'], present))
  await time('a malformed token: wrong checksum', each(wrong, present))
  await time('an unknown token', each(unknown, present))
}

async function timePolicy(count: number): Promise<void> {
  const policy = fill(count)
  const asked = Math.min(count, ASKED)
  const texts = Array.from({ length: asked }, (_, index) => tokenOf(index * Math.floor(count / asked)))
  // As they came, memory would be read in its order.
  for (let index = 0; index < asked; index += 1) {
    const other = (Math.imul(index, 2_654_435_761) >>> 0) % asked
    ;[texts[index], texts[other]] = [texts[other] ?? '', texts[index] ?? '']
  }
  const digests = texts.map((text) => hash('sha256', text, 'binary'))
  await time(
    `look-up by digest, ${count} credentials, any of ${asked} tokens`,
    each(digests, policy.findToken),
  )
  await time(`the same, any of 1,000 tokens`, each(digests.slice(0, 1_000), policy.findToken))
  const toDecision = decider(policy)
  await time(
    `from token text to decision, ${count} credentials, any of ${asked} tokens`,
    each(texts, toDecision),
  )
  await time(`the same, any of 1,000 tokens`, each(texts.slice(0, 1_000), toDecision))
  if (count === COUNTS[0]) await timeParts(policy, texts)
  const changed = (more: Partial<PolicyRecord>) =>
    Array.from({ length: 1_000 }, (_, index) =>
      recordOf((index * 37) % count, { active: index % 2 === 0, ...more }),
    )
  await time(`a change applied, ${count} credentials`, each(changed({}), policy.apply))
  const listed = { kind: 'only', endpoints: ALL_LISTED } as const
  await time(
    `a change applied, with ${ALL_LISTED.length} allowed endpoints`,
    each(changed({ allowedEndpoints: listed }), policy.apply),
  )
}

async function* snapshotOf(count: number): AsyncGenerator<readonly FeedMessage[]> {
  const digest = createPolicyDigest()
  yield [{ kind: 'snapshot_begin', seq: 1, at: 1, count }]
  for (let from = 0; from < count; from += 100) {
    const records = Array.from({ length: Math.min(100, count - from) }, (_, index) => recordOf(from + index))
    for (const record of records) digest.apply(record)
    yield records.map((record) => ({ kind: 'record', record }))
  }
  yield [{ kind: 'snapshot_end', digest: digest.read() }]
}

/** What a gateway writes when it takes a snapshot, and what it reads at its next start. */
async function timeSnapshot(count: number): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'stagedoor-policy-'))
  const open = () =>
    createPolicyStore({
      directory,
      randomBytes: octetsOf('history'),
      monotonic: () => performance.now(),
      log: pino({ level: 'silent' }),
      onKept: () => undefined,
    })
  try {
    const store = open()
    const stored = await store.replace()
    const known = createKnownState(createPolicy([tenant]))
    await stored.commit(await known.load(snapshotOf(count), stored.write))
    await store.close()
    const size = statSync(join(directory, 'policy.snapshot')).size
    const policy = createPolicy([tenant])
    const cpu = process.cpuUsage()
    const began = performance.now()
    const again = open()
    const restored = await again.restore(createKnownState(policy))
    const seconds = (performance.now() - began) / 1000
    const { user, system } = process.cpuUsage(cpu)
    await again.close()
    if (restored === undefined || policy.count() !== count) throw new Error('the snapshot was not restored')
    const mebibytes = (size / 2 ** 20).toFixed(0)
    report(
      `${count} credentials ready from the file of ${mebibytes} MiB`,
      `${seconds.toFixed(2)} s, of the processor ${((user + system) / 1e6).toFixed(2)} s`,
    )
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

const pace = [tokenOf(1), tokenOf(2)]
await time(
  'SHA-256 of a token: how fast the machine is at the moment, 244 ns where the aims were set',
  each(pace, (text) => hash('sha256', text, 'binary')),
)
const isWhole = process.env['ONLY'] !== 'file'
for (const count of isWhole ? [1_000, 5_000] : []) {
  const large = toCatalog(count)
  const matchers = [createMatcher(large)]
  const use = (target: Target): unknown => match(matchers, 'GET', target)
  await time(`matching among ${count} endpoints`, each(targetsOf(large), use))
}
for (const count of isWhole ? COUNTS : []) await timePolicy(count)
await timeSnapshot(COUNTS.at(-1) ?? 0)
process.stdout.write(`\n| what | figure |\n|---|---|\n${rows.join('\n')}\n`)
