import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mintToken } from '@stagedoor/core/token.ts'
import type { Endpoint } from './catalog.ts'

/** How many credentials call; each calls one endpoint, with values of its own in the path. */
const CALLERS = 10_000
/** Different lists among the callers, and how many endpoints each has. */
const LISTS = 16
const LIST_LENGTH = 200
/** Of a credential that does not call: there are too many for long lists on a disk. */
const SHORT_LIST_LENGTH = 4
/** How many of the credentials every other program knows too; more would only make it harder for them. */
const KEYS_OF_OTHERS_MAX = 100_000

/** A credential to be stored. */
export type NewCredential = {
  readonly token: string
  readonly endpoints: readonly string[]
  readonly calls: boolean
}

/** What the generators send, as files with a token and a path on each line. */
export type Traffic = {
  readonly good: string
  /** Tokens that nobody has: a third is no token, a third has a wrong checksum, a third is well formed and unknown. */
  readonly bad: string
  /** A file with the token of a credential on each line: what the other programs know. */
  readonly keys: string
  readonly keysCount: number
  readonly callers: number
}

/** Credentials one after another, and those that call. Each list holds endpoints that are read, so that they can be called. */
export function* makeCredentials(endpoints: readonly Endpoint[], count: number): Generator<NewCredential> {
  const lists = makeLists(endpoints)
  // Spread over all of them, as they would be.
  const step = Math.max(1, Math.floor(count / CALLERS))
  for (let index = 0; index < count; index += 1) {
    const list = lists[Math.floor(index / step) % LISTS] ?? []
    const calls = index % step === 0 && index / step < CALLERS
    yield {
      token: mintToken('api', randomBytes),
      endpoints: calls ? list : list.slice(0, SHORT_LIST_LENGTH),
      calls,
    }
  }
}

function makeLists(endpoints: readonly Endpoint[]): readonly (readonly string[])[] {
  const read = shuffle(endpoints.filter(({ method }) => method === 'GET').map(({ id }) => id))
  return Array.from({ length: LISTS }, (_, list) =>
    Array.from({ length: LIST_LENGTH }, (_, place) => read[(list * 61 + place) % read.length] ?? ''),
  )
}

/** Writes the files of requests for all credentials that were made. */
export function writeTraffic(
  folder: string,
  {
    endpoints,
    credentials,
  }: { readonly endpoints: readonly Endpoint[]; readonly credentials: readonly NewCredential[] },
): Traffic {
  const paths = new Map(endpoints.map(({ id, path }) => [id, path]))
  const callers = credentials.filter(({ calls }) => calls)
  const good = shuffle(
    callers.map(({ token, endpoints }) => `${token} ${fill(paths.get(pick(endpoints)) ?? '')}`),
  )
  const bad = good.map((line, index) => `${badToken(index)} ${line.split(' ')[1]}`)
  const others = credentials.filter(({ calls }) => !calls).slice(0, KEYS_OF_OTHERS_MAX - callers.length)
  const keys = shuffle([...callers, ...others].map(({ token }) => token))
  const write = (name: string, lines: readonly string[]): string => {
    const path = join(folder, name)
    writeFileSync(path, `${lines.join('\n')}\n`)
    return path
  }
  return {
    good: write('good.txt', good),
    bad: write('bad.txt', bad),
    keys: write('keys.txt', keys),
    keysCount: keys.length,
    callers: callers.length,
  }
}

function badToken(index: number): string {
  const unknown = mintToken('api', randomBytes)
  if (index % 3 === 0) return unknown
  if (index % 3 === 1) return randomBytes(24).toString('base64url')
  return unknown.slice(0, -1) + (unknown.endsWith('0') ? '1' : '0')
}

/** A path with a value for each parameter. */
function fill(template: string): string {
  return template.replace(/\{[^}]*\}/g, () => String(1_000 + Math.floor(Math.random() * 9_000)))
}

function pick(values: readonly string[]): string {
  return values[Math.floor(Math.random() * values.length)] ?? ''
}

function shuffle<T>(values: readonly T[]): readonly T[] {
  return values
    .map((value) => ({ value, place: Math.random() }))
    .toSorted((one, other) => one.place - other.place)
    .map(({ value }) => value)
}
