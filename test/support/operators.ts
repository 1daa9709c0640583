import { createHmac } from 'node:crypto'
import type { Cookie } from './browser.ts'
import type { Stagedoor } from './stagedoor.ts'

export const PASSWORD = 'violet kettle on the roof'

/** Somebody who can sign in to the console. */
export type Operator = { readonly email: string; readonly cookies: readonly Cookie[] }

type Door = Pick<Stagedoor, 'adminUrl' | 'welcomeUrl'>

/** The first operator: Customer Admin of every tenant. */
export async function firstOperator(door: Door, email = 'ada@example.com'): Promise<Operator> {
  return await welcome(door, { code: new URL(door.welcomeUrl).hash.slice(1), name: 'Ada Lovelace', email })
}

/** Somebody whom the first operator has added. */
export async function addOperator(
  door: Door,
  by: Operator,
  { tenantId, email, name, role }: { tenantId: string; email: string; name: string; role: string },
): Promise<Operator> {
  const added = await post(door, `/api/v1/tenants/${tenantId}/operators`, { email, name, role }, by.cookies)
  const { invitation } = (await added.json()) as { invitation: { code: string } }
  return await welcome(door, { code: invitation.code, name })
}

async function welcome(
  door: Door,
  fields: { code: string; name: string; email?: string },
): Promise<Operator> {
  const made = await post(door, '/api/v1/welcome', { ...fields, password: PASSWORD })
  const { email } = (await made.json()) as { email: string }
  return await signIn(door, email)
}

export async function signIn(door: Door, email: string): Promise<Operator> {
  const answer = await post(door, '/api/auth/sign-in/email', { email, password: PASSWORD })
  return { email, cookies: cookiesOf(answer) }
}

/** What the console sends, sent without a browser. Fails where the answer is a refusal. */
export async function post(
  { adminUrl }: Door,
  path: string,
  body: object,
  cookies: readonly Cookie[] = [],
): Promise<Response> {
  const answer = await fetch(adminUrl + path, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-stagedoor-console': '1',
      origin: adminUrl,
      cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; '),
    },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`)
  return answer
}

/** Sets the second factor up. That begins a new session in place of the one before. */
export async function turnOnTwoFactor(door: Door, operator: Operator): Promise<Operator> {
  const enabled = await post(door, '/api/auth/two-factor/enable', { password: PASSWORD }, operator.cookies)
  const { totpURI } = (await enabled.json()) as { totpURI: string }
  const code = totp(new URL(totpURI).searchParams.get('secret') ?? '')
  const verified = await post(door, '/api/auth/two-factor/verify-totp', { code }, operator.cookies)
  return { ...operator, cookies: cookiesOf(verified) }
}

function cookiesOf(answer: Response): readonly Cookie[] {
  return answer.headers.getSetCookie().map((line) => {
    const [pair = ''] = line.split(';')
    const at = pair.indexOf('=')
    return { name: pair.slice(0, at), value: pair.slice(at + 1) }
  })
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** The code that an authenticator shows for this secret now (RFC 6238: SHA-1, 30 s, six digits). */
export function totp(secret: string, at = Date.now()): string {
  const bits = Array.from(secret.replace(/=+$/, ''))
    .map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, '0'))
    .join('')
  const key = Buffer.from(bits.match(/.{8}/g)?.map((byte) => Number.parseInt(byte, 2)) ?? [])
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)))
  const digest = createHmac('sha1', key).update(counter).digest()
  const offset = (digest.at(-1) ?? 0) & 15
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}
