/** What the sandbox is told from outside: where it listens, and what it accepts as sign-in. */
export type Settings = {
  readonly port: number
  readonly enterprise: { readonly apiUser: string; readonly key: string; readonly secret: string }
  readonly elite: { readonly clientId: string; readonly clientSecret: string; readonly tokenSeconds: number }
  readonly events: { readonly key: string }
}

/** None of these is a secret: they guard made-up data on loopback. */
export const DEVELOPMENT_SETTINGS: Settings = {
  port: 4002,
  enterprise: {
    apiUser: 'STAGEDOOR',
    key: '11111111-1111-4111-8111-111111111111',
    secret: '22222222-2222-4222-8222-222222222222',
  },
  elite: { clientId: 'sandbox-client', clientSecret: 'sandbox-only-not-a-secret', tokenSeconds: 3600 },
  events: { key: 'sandbox-events-not-a-secret' },
}

type Env = Readonly<Record<string, string | undefined>>

/** Settings from the environment, development values where it says nothing. Throws a TypeError naming the setting. */
export function readSettings(env: Env): Settings {
  const { port, enterprise, elite, events } = DEVELOPMENT_SETTINGS
  const text = (name: string, fallback: string): string => env[name] || fallback
  return {
    port: readInteger(env, 'STAGEDOOR_SANDBOX_PORT', { fallback: port, min: 0, max: 65_535 }),
    enterprise: {
      apiUser: text('SANDBOX_ENTERPRISE_API_USER', enterprise.apiUser),
      key: text('SANDBOX_ENTERPRISE_KEY', enterprise.key),
      secret: text('SANDBOX_ENTERPRISE_SECRET', enterprise.secret),
    },
    elite: {
      clientId: text('SANDBOX_ELITE_CLIENT_ID', elite.clientId),
      clientSecret: text('SANDBOX_ELITE_CLIENT_SECRET', elite.clientSecret),
      tokenSeconds: readInteger(env, 'SANDBOX_ELITE_TOKEN_SECONDS', {
        fallback: elite.tokenSeconds,
        min: 1,
        max: 31_536_000,
      }),
    },
    events: { key: text('SANDBOX_EVENTS_KEY', events.key) },
  }
}

type Bounds = { readonly fallback: number; readonly min: number; readonly max: number }

function readInteger(env: Env, name: string, { fallback, min, max }: Bounds): number {
  const text = env[name]
  if (text === undefined || text === '') return fallback
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (value >= min && value <= max) return value
  throw new TypeError(`${name} must be a whole number from ${min} to ${max}, not ${JSON.stringify(text)}`)
}
