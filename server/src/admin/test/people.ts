import type { Operators } from '#operators/operators.ts'
import { type Answer, type AskInit, ORIGIN, type Served } from './serve.ts'

const PASSWORD = 'violet kettle on the roof'

/** What the console sends along with every request. */
const FROM_CONSOLE = { origin: ORIGIN, 'x-stagedoor-console': '1' } as const

export type Person = {
  readonly cookie: string
  readonly ask: (method: string, path: string, init?: AskInit) => Promise<Answer>
}

/** Whoever has no account yet makes one with this code, and signs in. */
async function welcome(door: Served, code: string, email?: string): Promise<Person> {
  const made = await door.ask('POST', '/api/v1/welcome', {
    body: { code, name: 'Ada', password: PASSWORD, ...(email !== undefined && { email }) },
  })
  if (made.status !== 201) throw new Error(`not welcome: ${made.text}`)
  return await signIn(door, made.json.email)
}

export async function signIn(door: Served, email: string): Promise<Person> {
  const answer = await door.ask('POST', '/api/auth/sign-in/email', {
    body: { email, password: PASSWORD },
    headers: FROM_CONSOLE,
  })
  if (answer.status !== 200) throw new Error(`not signed in: ${answer.text}`)
  const cookie = answer.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ')
  return {
    cookie,
    ask: (method, path, { headers, ...init } = {}) =>
      door.ask(method, path, { ...init, headers: { ...FROM_CONSOLE, cookie, ...headers } }),
  }
}

/** The first operator: Customer Admin everywhere. */
export async function firstOperator(door: Served, operators: Operators = door.operators): Promise<Person> {
  const code = await operators.firstOperatorCode()
  if (code === undefined) throw new Error('there is an operator already')
  return await welcome(door, code, 'ada@example.com')
}

/** Somebody whom `by` adds to a tenant. */
export async function addPerson(
  door: Served,
  by: Person,
  { tenant, email, role }: { readonly tenant: string; readonly email: string; readonly role: string },
): Promise<Person> {
  const added = await by.ask('POST', `${tenant}/operators`, { body: { email, name: email, role } })
  if (added.status !== 201) throw new Error(`not added: ${added.text}`)
  return await welcome(door, added.json.invitation.code)
}
