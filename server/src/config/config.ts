import { dirname, resolve } from 'node:path'
import type { z } from 'zod'
import { checkReferences } from './references.ts'
import { fileSchema, managementTokenSchema, serverSecretSchema, singleSignOnSecretSchema } from './schema.ts'
import {
  DATABASE_URL,
  NODE_TOKEN,
  type ResolvedSettings,
  resolveSecrets,
  SINGLE_SIGN_ON_SECRET,
} from './secrets.ts'

/** All settings, checked. Secrets named by environment variable have been looked up. */
export type Config = ResolvedSettings & {
  /** Folder that paths in the file are relative to. */
  readonly folder: string
  readonly managementToken: string | undefined
  /** Of the environment; undefined: one is kept in the data directory. */
  readonly serverSecret: string | undefined
}

export type ReadConfig =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly string[] }

export type ConfigSources = {
  readonly env: Readonly<Record<string, string | undefined>>
  /** What the command line says; it wins over the environment. */
  readonly args?: { readonly role?: string | undefined }
  readonly folder: string
  /** Text of a file, or undefined where there is none. */
  readonly readText: (path: string) => string | undefined
}

/** Settings that the environment may give, and which member of the file each stands for. */
const FROM_ENVIRONMENT = {
  STAGEDOOR_ROLE: 'role',
  STAGEDOOR_DATA: 'data',
  STAGEDOOR_CONSOLE_PORT: 'consolePort',
  STAGEDOOR_GATEWAY_PORT: 'gatewayPort',
  STAGEDOOR_GATEWAY_HOST: 'gatewayHost',
  STAGEDOOR_SANDBOX_PORT: 'sandboxPort',
  STAGEDOOR_METRICS_PORT: 'metricsPort',
  STAGEDOOR_DECISIONS_PORT: 'decisionsPort',
  STAGEDOOR_CONSOLE_URL: 'consoleUrl',
  STAGEDOOR_GATEWAY_URL: 'gatewayUrl',
  STAGEDOOR_CLIENT_ADDRESS_HEADER: 'clientAddressHeader',
  STAGEDOOR_CONTROL_URLS: 'controlUrls',
  STAGEDOOR_NODE_NAME: 'nodeName',
  STAGEDOOR_GATEWAY_PROCESSES: 'gatewayProcesses',
} as const

const MANAGEMENT_TOKEN = 'STAGEDOOR_MANAGEMENT_TOKEN'
const SERVER_SECRET = 'STAGEDOOR_SECRET'
const CONFIG_FILE = 'STAGEDOOR_CONFIG'

/** Reads every setting once and reports every problem at once, each with the name of its setting. Never throws. */
export function readConfig({ env, args = {}, folder, readText }: ConfigSources): ReadConfig {
  const path = resolve(folder, env[CONFIG_FILE] ?? 'stagedoor.config.json')
  const file = readFile(path, readText)
  if (typeof file === 'string') return { ok: false, problems: [file] }
  const given: Record<string, unknown> = { ...file }
  for (const [name, member] of Object.entries(FROM_ENVIRONMENT)) {
    const value = env[name]
    if (value !== undefined) given[member] = fromText(member, value)
  }
  if (args.role !== undefined) given['role'] = args.role
  const parsed = fileSchema.safeParse(given)
  const managementToken = env[MANAGEMENT_TOKEN]
  const serverSecret = env[SERVER_SECRET]
  const problems = [
    ...unknownNames(env),
    ...(parsed.success ? [] : describe(parsed.error, { env, args, path })),
    ...describeSecret(MANAGEMENT_TOKEN, managementTokenSchema.optional(), managementToken),
    ...describeSecret(SERVER_SECRET, serverSecretSchema.optional(), serverSecret),
    ...describeSecret(SINGLE_SIGN_ON_SECRET, singleSignOnSecretSchema.optional(), env[SINGLE_SIGN_ON_SECRET]),
  ]
  if (!parsed.success || problems.length > 0) return { ok: false, problems }
  const settings = resolveSecrets(parsed.data, env)
  const references = [...settings.problems, ...checkReferences(settings.value, serverSecret)]
  if (references.length > 0)
    return { ok: false, problems: references.map((problem) => `${path}: ${problem}`) }
  return { ok: true, config: { ...settings.value, folder: dirname(path), managementToken, serverSecret } }
}

function fromText(member: string, value: string): unknown {
  if (member.endsWith('Urls')) return value.split(',').map((each) => each.trim())
  return /^\d+$/.test(value) && /(?:Port|Processes)$/.test(member) ? Number(value) : value
}

function readFile(path: string, readText: ConfigSources['readText']): object | string {
  const text = readText(path)
  if (text === undefined) return `${path}: no such file. ${CONFIG_FILE} names another one.`
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
    return `${path}: the file does not hold a JSON object`
  } catch (error) {
    return `${path}: not JSON: ${error instanceof Error ? withoutQuote(error.message, text) : String(error)}`
  }
}

/** JSON.parse may quote what stands around the slip, and that may be a secret that lacks its quotation marks. */
function withoutQuote(message: string, text: string): string {
  const [quoting, quote = ''] = /, (?:\.{3})?"(.*)"(?:\.{3})? is not valid JSON$/s.exec(message) ?? []
  if (quoting === undefined) return message
  const line = text.slice(0, text.indexOf(quote) + quote.length).split('\n').length
  return `${message.slice(0, -quoting.length)}, near line ${line}`
}

/** A misspelt name would otherwise be ignored in silence, and the default used in its place. */
function unknownNames(env: ConfigSources['env']): readonly string[] {
  const known = new Set<string>([
    ...Object.keys(FROM_ENVIRONMENT),
    MANAGEMENT_TOKEN,
    SERVER_SECRET,
    SINGLE_SIGN_ON_SECRET,
    DATABASE_URL,
    NODE_TOKEN,
    CONFIG_FILE,
  ])
  return Object.keys(env)
    .filter((name) => name.startsWith('STAGEDOOR_') && !known.has(name))
    .map((name) => `${name}: there is no such setting. The settings are ${[...known].join(', ')}.`)
}

function describe(
  error: z.ZodError,
  { env, args, path }: Pick<ConfigSources, 'env' | 'args'> & { readonly path: string },
): readonly string[] {
  const byMember = new Map<unknown, string>(
    Object.entries(FROM_ENVIRONMENT).map(([name, member]) => [member, name]),
  )
  return error.issues.map((issue) => {
    const name = byMember.get(issue.path[0])
    if (issue.path[0] === 'role' && args?.role !== undefined)
      return `--role: ${issue.message}, not ${JSON.stringify(args.role)}`
    const given = name === undefined ? undefined : env[name]
    // What stands before an @ in a URL may be a password.
    if (given?.includes('@')) return `${name}: ${issue.message}`
    if (given !== undefined) return `${name}: ${issue.message}, not ${JSON.stringify(given)}`
    const place = issue.path.map(String).join('.')
    return `${path}: ${place === '' ? '' : `${place}: `}${issue.message}`
  })
}

/** The message must not repeat the value. */
function describeSecret(name: string, schema: z.ZodType, value: string | undefined): readonly string[] {
  const parsed = schema.safeParse(value)
  return parsed.success ? [] : parsed.error.issues.map((issue) => `${name}: ${issue.message}`)
}
