import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { policyPaths } from './restore-policy.ts'

/** Who a gateway is towards control planes. */
export type NodeIdentity = {
  /** `node_` and 24 hex digits. Stays the same over restarts, as long as the data directory does. */
  readonly id: () => string
  /** Of this start of the program alone. */
  readonly instance: string
  /** What people call it. */
  readonly name: string
  /** Another start has the id: this one goes on under a new one. */
  readonly renew: () => void
}

export type NodeIdentityOptions = {
  /** Undefined: the id is one of this start alone. */
  readonly dataDirectory: string | undefined
  readonly name: string
  /** The machine, as its network knows it. */
  readonly host: string
  readonly randomBytes: (count: number) => Uint8Array
}

const FILE = 'node.id'
/** Which directory the id was made for. */
const PLACE_FILE = 'node.place'
const ID = /^node_[0-9a-f]{24}$/
/** What control planes accept. */
const NAME_LENGTH_MAX = 253

/**
 * Reads the id, or makes it. Throws where it cannot be kept: receipts name a gateway by it, also after its next start.
 * A copy of another gateway's directory is none of its own: it gets an id, since receipts would speak of two by one name and
 * so forget one, and begins with nothing, since what the other has confirmed meanwhile is not in it.
 */
export function readNodeIdentity({
  dataDirectory: directory,
  name,
  host,
  randomBytes,
}: NodeIdentityOptions): NodeIdentity {
  const random = (prefix: string): string => prefix + Buffer.from(randomBytes(12)).toString('hex')
  const renew = (): string => {
    const made = random('node_')
    if (directory !== undefined) write(directory, FILE, made)
    return made
  }
  let current = (directory === undefined ? undefined : read(directory, host)) ?? renew()
  return {
    id: () => current,
    instance: random('inst_'),
    name: printable(name),
    renew: () => {
      current = renew()
    },
  }
}

/** The id that was made for this very directory. Where there is none, the directory is ready for one. */
function read(directory: string, host: string): string | undefined {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const place = `${statSync(directory, { bigint: true }).ino} ${host}`
  const id = readLine(directory, FILE)
  if (ID.test(id) && readLine(directory, PLACE_FILE) === place) return id
  // In this order: whenever it is ended, the next start does the same.
  rmSync(join(directory, FILE), { force: true })
  for (const { current, previous } of Object.values(policyPaths(directory)))
    for (const path of [current, previous]) rmSync(path, { force: true })
  write(directory, PLACE_FILE, place)
  return undefined
}

/** Empty where there is none. One that cannot be read is made anew: control planes then know this gateway twice for a while. */
function readLine(directory: string, file: string): string {
  try {
    return readFileSync(join(directory, file), 'utf8').trim()
  } catch {
    return ''
  }
}

function write(directory: string, file: string, line: string): void {
  const path = join(directory, file)
  writeFileSync(`${path}.new`, `${line}\n`, { mode: 0o600, flush: true })
  renameSync(`${path}.new`, path)
}

function printable(name: string): string {
  const clean = name.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '').slice(0, NAME_LENGTH_MAX)
  return clean === '' ? 'gateway' : clean
}
