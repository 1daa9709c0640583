import { setTimeout as passed } from 'node:timers/promises'
import type { Cluster, Control, Gateway, Receipt } from '../../support/cluster.ts'
import type { History, Pending, State } from './history.ts'

/** Writers and callers that go on through every fault. */
export type Load = {
  /** Waits until so many more changes were acknowledged. */
  readonly some: (count: number) => Promise<void>
  readonly end: () => Promise<void>
}

const WRITERS = 4
const CALLERS_OF_EACH = 1
const ELSEWHERE = { kind: 'only', endpoints: ['enterprise:GET:/accounts/{}'] } as const

export function startLoad(cluster: Cluster, history: History): Load {
  const ended = new AbortController()
  const { signal } = ended
  const running = Promise.all([
    ...Array.from({ length: WRITERS }, () => write(cluster, history, signal)),
    ...cluster.gateways.flatMap((gateway) =>
      Array.from({ length: CALLERS_OF_EACH }, () => call(cluster, gateway, history, signal)),
    ),
  ])
  return {
    some: async (count) => {
      const goal = history.counts().acknowledged + count
      while (history.counts().acknowledged < goal) await Promise.race([running, passed(5)])
    },
    end: async () => {
      ended.abort()
      await running
    },
  }
}

function pick<T>(list: readonly T[]): T {
  const picked = list[Math.floor(Math.random() * list.length)]
  if (picked === undefined) throw new Error('there is nothing to pick from')
  return picked
}

/** Credentials with a life: some are deleted in the end, some stay. Whoever gets no answer goes on with a new one. */
async function write({ admin, controls }: Cluster, history: History, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const control = pick(controls)
    const title = `killed ${Math.random()}`
    const made = await admin('POST', '/credentials', {
      control,
      body: { title, authenticationMethod: 'api_token' },
    }).catch(() => undefined)
    if (made?.status !== 201) {
      checkRefusal(made?.status)
      await passed(20)
      continue
    }
    const { credential, secrets, receipt } = made.json
    history.added({ id: credential.id, token: secrets.apiToken }, namesOf(receipt))
    for (const state of pick(LIVES)) {
      await passed(Math.random() * 30)
      if (
        signal.aborted ||
        !(await change(admin, credential.id, state, { history, control: pick(controls) }))
      )
        break
    }
  }
}

const LIVES: readonly (readonly State[])[] = [
  ['inactive', 'deleted'],
  ['inactive'],
  ['narrowed', 'active', 'inactive', 'active'],
  ['narrowed'],
  ['deleted'],
]

/** Whether it was acknowledged. */
async function change(
  admin: Cluster['admin'],
  id: string,
  state: State,
  { history, control }: { readonly history: History; readonly control: Control },
): Promise<boolean> {
  history.trying(id, state)
  let pending: Pending = []
  for (const [method, path, body] of requestsFor(state)) {
    const answer = await admin(method, `/credentials/${id}${path}`, {
      control,
      ...(body && { body, ifMatch: '*' }),
    }).catch(() => undefined)
    checkRefusal(answer?.status)
    if (answer?.status !== 200) return false
    pending = namesOf(answer.json.receipt)
  }
  history.acknowledged(id, state, pending)
  return true
}

function requestsFor(state: State): readonly (readonly [string, string, object?])[] {
  switch (state) {
    case 'active':
      return [
        ['PUT', '/allowed-endpoints', { kind: 'all' }],
        ['PATCH', '', { active: true }],
      ]
    case 'narrowed':
      return [['PUT', '/allowed-endpoints', ELSEWHERE]]
    case 'inactive':
      return [['PATCH', '', { active: false }]]
    case 'deleted':
      return [['DELETE', '']]
  }
}

/** No answer, or that the database is away: nothing else may come of a kill. */
function checkRefusal(status: number | undefined): void {
  if (status !== undefined && status !== 200 && status !== 503)
    throw new Error(`a change was answered ${status}`)
}

function namesOf(receipt: Receipt): Pending {
  return receipt.pending.map(({ name }) => name)
}

/** Calls one gateway with one token after another, the newest most often. */
async function call(
  cluster: Cluster,
  gateway: Gateway,
  history: History,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await passed(10)
    const all = history.credentials()
    const known = all.length === 0 ? undefined : pick(Math.random() < 0.5 ? all.slice(-8) : all)
    if (!known) continue
    const expected = history.expected(known.id, gateway.name)
    const answer = await cluster.call(gateway, known.token).catch(() => undefined)
    if (answer)
      history.called({
        id: known.id,
        gateway: gateway.name,
        expected,
        status: answer.status,
        code: answer.code,
      })
    else await passed(20)
  }
}
