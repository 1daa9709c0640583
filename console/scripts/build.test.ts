import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { compressAll, digestOf, isFresh, putInPlace } from './build.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stagedoor-build-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function write(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
}

describe('the digest of the inputs', () => {
  const INPUTS = ['index.html', 'src', '../package-lock.json']
  const FILES = { 'console/index.html': '<p>', 'console/src/deep/a.ts': 'ab', 'package-lock.json': '{}' }
  const digest = (): string => digestOf(join(folder, 'console'), INPUTS)

  it('stays while nothing changes', () => {
    write(FILES)
    const before = digest()
    expect(before).toMatch(/^[0-9a-f]{64}$/)
    write({ ...FILES, 'console/dist/index.html': 'not an input' })
    expect(digest()).toBe(before)
  })

  it.each<[string, () => void]>([
    ['bytes', () => write({ 'console/src/deep/a.ts': 'ba' })],
    ['bytes of a file above', () => write({ 'package-lock.json': '[]' })],
    ['a new file', () => write({ 'console/src/b.ts': '' })],
    ['a file less', () => rmSync(join(folder, 'console/index.html'))],
    [
      'a new name',
      () => {
        rmSync(join(folder, 'console/src/deep/a.ts'))
        write({ 'console/src/deep/b.ts': 'ab' })
      },
    ],
  ])('changes with %s', (_, change) => {
    write(FILES)
    const before = digest()
    change()
    expect(digest()).not.toBe(before)
  })

  it('tells two files from one that holds the name of the second', () => {
    write({ 'console/src/a.ts': 'a', 'console/src/b.ts': 'b' })
    const before = digest()
    rmSync(join(folder, 'console/src/b.ts'))
    write({ 'console/src/a.ts': 'asrc/b.tsb' })
    expect(digest()).not.toBe(before)
  })

  it('does not depend on where the checkout is', () => {
    write(FILES)
    const here = digest()
    write(Object.fromEntries(Object.entries(FILES).map(([name, text]) => [`else/where/${name}`, text])))
    expect(digestOf(join(folder, 'else/where/console'), INPUTS)).toBe(here)
  })
})

describe('a build', () => {
  const dist = (): string => join(folder, 'dist')
  const made = (): string => join(folder, 'work/dist')

  it('is fresh with the digest in it, and with no other', () => {
    expect(isFresh(dist(), 'one')).toBe(false)
    write({ 'dist/index.html': '' })
    expect(isFresh(dist(), 'one')).toBe(false)
    write({ 'dist/.inputs': 'one' })
    expect(isFresh(dist(), 'one')).toBe(true)
    expect(isFresh(dist(), 'two')).toBe(false)
  })

  it('takes the place of the one before, as a whole', () => {
    write({ 'dist/.inputs': 'one', 'dist/assets/old.js': '', 'work/dist/.inputs': 'two' })
    putInPlace(made(), { dist: dist(), digest: 'two' })
    expect(readdirSync(dist())).toEqual(['.inputs'])
    expect(isFresh(dist(), 'two')).toBe(true)
  })

  it('leaves alone what another build has put there meanwhile from the same inputs', () => {
    write({ 'dist/.inputs': 'two', 'dist/theirs.js': '', 'work/dist/.inputs': 'two' })
    putInPlace(made(), { dist: dist(), digest: 'two' })
    expect(existsSync(join(dist(), 'theirs.js'))).toBe(true)
  })

  it('that cannot be put in place leaves the one before', () => {
    write({ 'dist/.inputs': 'one', 'dist/index.html': 'as it was', 'work/something': '' })
    expect(() => putInPlace(made(), { dist: dist(), digest: 'two' })).toThrow(/ENOENT/)
    expect(readFileSync(join(dist(), 'index.html'), 'utf8')).toBe('as it was')
  })
})

describe('compressAll', () => {
  it('compresses texts of some size, and nothing else', () => {
    const text = 'stage door '.repeat(200)
    write({ 'assets/a.js': text, 'a.css': text, 'photo.png': text, 'small.svg': '<svg/>' })
    compressAll(folder)
    expect(readdirSync(folder).toSorted()).toEqual([
      'a.css',
      'a.css.br',
      'a.css.gz',
      'assets',
      'photo.png',
      'small.svg',
    ])
    expect(brotliDecompressSync(readFileSync(join(folder, 'assets/a.js.br'))).toString()).toBe(text)
    expect(gunzipSync(readFileSync(join(folder, 'assets/a.js.gz'))).toString()).toBe(text)
  })
})
