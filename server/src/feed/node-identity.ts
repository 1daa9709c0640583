import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

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
  readonly randomBytes: (count: number) => Uint8Array
}

const FILE = 'node.id'
const ID = /^node_[0-9a-f]{24}$/
/** What control planes accept. */
const NAME_LENGTH_MAX = 253

/** Reads the id, or makes it. Throws where it cannot be kept: receipts name a gateway by it, also after its next start. */
export function readNodeIdentity({ dataDirectory, name, randomBytes }: NodeIdentityOptions): NodeIdentity {
  const random = (prefix: string): string => prefix + Buffer.from(randomBytes(12)).toString('hex')
  let id = dataDirectory === undefined ? undefined : read(dataDirectory)
  const renew = (): string => {
    const made = random('node_')
    if (dataDirectory !== undefined) write(dataDirectory, made)
    return made
  }
  id ??= renew()
  let current = id
  return {
    id: () => current,
    instance: random('inst_'),
    name: printable(name),
    renew: () => {
      current = renew()
    },
  }
}

/** An id that cannot be read is made anew: control planes then know this gateway twice for a while, which is on the safe side. */
function read(directory: string): string | undefined {
  try {
    const text = readFileSync(join(directory, FILE), 'utf8').trim()
    return ID.test(text) ? text : undefined
  } catch {
    return undefined
  }
}

function write(directory: string, id: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const path = join(directory, FILE)
  writeFileSync(`${path}.new`, `${id}\n`, { mode: 0o600, flush: true })
  renameSync(`${path}.new`, path)
}

function printable(name: string): string {
  const clean = name.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '').slice(0, NAME_LENGTH_MAX)
  return clean === '' ? 'gateway' : clean
}
