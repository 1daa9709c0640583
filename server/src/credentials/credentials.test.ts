import { verify } from '@node-rs/argon2'
import { describe, expect, it } from 'vitest'
import { descriptionProblem, emailProblem, passwordProblem, titleProblem } from './field-rules.ts'
import { createLimiter } from './limiter.ts'
import { createPasswordHasher } from './password-hasher.ts'

describe('fields', () => {
  it.each([
    ['x', true],
    ['😀'.repeat(100), true],
    [` ${'x'.repeat(100)} `, true],
    ['😀'.repeat(101), false],
    ['  \t ', false],
    ['a\u0000b', false],
    ['a\u007fb', false],
    ['a\u2028b', false],
    ['a\ud800b', false],
  ])('title, row %#', (title, good) => {
    expect(titleProblem(title) === undefined, title.slice(0, 40)).toBe(good)
  })

  it.each([
    ['two\n\tlines', true],
    ['x'.repeat(2000), true],
    ['x'.repeat(2001), false],
    ['a\u0000b', false],
    ['a\udc00b', false],
  ])('description, row %#', (description, good) => {
    expect(descriptionProblem(description) === undefined).toBe(good)
  })

  it.each([
    ['a@example.org', true],
    ['o\u2019brien+x@müller.example', true],
    ['a@localhost', true],
    ['a', false],
    ['a@', false],
    ['a@b@c', false],
    ['a b@c', false],
    ['a@b..c', false],
    ['a\u0000@b', false],
    [`${'x'.repeat(251)}@b.c`, false],
    ['"a"@b', false],
  ])('e-mail, row %#', (email, good) => {
    expect(emailProblem(email) === undefined).toBe(good)
  })

  it.each([
    ['x'.repeat(14), false],
    ['x'.repeat(15), true],
    ['😀'.repeat(15), true],
    [' '.repeat(15), true],
    ['x'.repeat(1024), true],
    ['é'.repeat(513), false],
    [`${'x'.repeat(15)}\ud800`, false],
  ])('password, row %#', (password, good) => {
    expect(passwordProblem(password) === undefined).toBe(good)
  })
})

describe('hashing', () => {
  it('is argon2id with the stated parameters and a salt of 16 bytes', async () => {
    const hasher = createPasswordHasher((count) => crypto.getRandomValues(new Uint8Array(count)))
    const phc = (await hasher.hash('correct horse battery')) ?? ''
    expect(phc).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$/)
    expect(await verify(phc, 'correct horse battery')).toBe(true)
    expect(await hasher.verify(phc, 'another')).toBe(false)
    expect(await hasher.hash('correct horse battery')).not.toBe(phc)
  })

  it('runs a few at once, queues a few, and turns the rest away', async () => {
    const limited = createLimiter({ atOnce: 2, waitingMax: 3 })
    let running = 0
    let most = 0
    const task = async (): Promise<string> => {
      running += 1
      most = Math.max(most, running)
      await new Promise((resolve) => setTimeout(resolve, 5))
      running -= 1
      return 'done'
    }
    const results = await Promise.all(Array.from({ length: 8 }, () => limited(task)))
    expect(results.filter((result) => result === 'done')).toHaveLength(5)
    expect(most).toBe(2)
    await expect(limited(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
    expect(await Promise.all([limited(task), limited(task)])).toEqual(['done', 'done'])
  })
})
