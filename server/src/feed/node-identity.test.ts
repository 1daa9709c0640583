import { randomBytes } from 'node:crypto'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readNodeIdentity } from './node-identity.ts'

const root = mkdtempSync(join(tmpdir(), 'stagedoor-identity-'))
afterAll(() => rmSync(root, { recursive: true }))
const directory = (): string => mkdtempSync(join(root, 'data-'))
const read = (dataDirectory: string | undefined, name = 'door-1', host = 'here') =>
  readNodeIdentity({ dataDirectory, name, host, randomBytes })

describe('who a gateway is', () => {
  it('stays the same in its directory; each start is another instance', () => {
    const dataDirectory = join(directory(), 'new')
    const [first, second] = [read(dataDirectory), read(dataDirectory)]
    expect(first.id()).toMatch(/^node_[0-9a-f]{24}$/)
    expect(second.id()).toBe(first.id())
    expect(second.instance).not.toBe(first.instance)
    expect(read(directory()).id()).not.toBe(first.id())
    expect(read(undefined).id()).not.toBe(read(undefined).id())
  })

  it('is another one from now on, and after the next start, when somebody else has the id', () => {
    const dataDirectory = directory()
    const identity = read(dataDirectory)
    const before = identity.id()
    identity.renew()
    expect(identity.id()).not.toBe(before)
    expect(read(dataDirectory).id()).toBe(identity.id())
  })

  it('is made anew where the file says nothing that is an id', () => {
    for (const text of ['', 'node_', 'node_../../etc/passwd', 'x'.repeat(10_000)]) {
      const dataDirectory = directory()
      writeFileSync(join(dataDirectory, 'node.id'), text)
      const id = read(dataDirectory).id()
      expect(id).toMatch(/^node_[0-9a-f]{24}$/)
      expect(readFileSync(join(dataDirectory, 'node.id'), 'utf8')).toBe(`${id}\n`)
      expect(statSync(join(dataDirectory, 'node.id')).mode & 0o077).toBe(0)
    }
  })

  it('is another one in a copy of the directory, which begins with nothing of what the other one knows', () => {
    const original = directory()
    const { id } = read(original)
    const kept = ['policy.snapshot', 'policy.snapshot.previous', 'policy.changes', 'policy.contact']
    for (const name of kept) writeFileSync(join(original, name), 'what it knows')
    const copy = join(directory(), 'copy')
    cpSync(original, copy, { recursive: true, preserveTimestamps: true })
    const copied = read(copy)
    expect(copied.id()).not.toBe(id())
    expect(kept.filter((name) => existsSync(join(copy, name)))).toEqual([])
    expect(read(copy).id()).toBe(copied.id())
    // The same numbers on another machine.
    expect(read(copy, 'door-1', 'elsewhere').id()).not.toBe(copied.id())
    expect(read(original).id()).toBe(id())
    expect(kept.filter((name) => existsSync(join(original, name)))).toEqual(kept)
  })

  it('has a name that control planes accept, whatever the machine is called', () => {
    expect(read(undefined, 'door\n1\u202e').name).toBe('door1')
    expect(read(undefined, '\n').name).toBe('gateway')
    expect(read(undefined, 'x'.repeat(300)).name).toHaveLength(253)
  })
})
