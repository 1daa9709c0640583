import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { authLogger } from './auth-logger.ts'
import { normaliseEmail, operatorEmailProblem } from './email.ts'
import { refusePassword } from './password-rules.ts'

const OWNER = { email: 'ada.quay@example.com', name: 'Ada Quay' }

function refusalOf(password: string): string | undefined {
  return refusePassword(password, { owner: OWNER, field: '/password' })?.code
}

describe('a password', () => {
  it.each([
    'aaaaaaaaaaaaaaa',
    'abababababababab',
    'aB3$aB3$aB3$aB3$',
    '123456789012345',
    '987654321098765',
    'abcdefghijklmno',
    'qwertyuiopasdfghjkl',
    'passwordpassword',
    'password123456789',
    'P@ssw0rdP@ssw0rd!',
    'Ｐassword Ｐassword',
    'Stagedoor-2026!!',
    'Momentus2026Momentus',
    'Welcome to Stagedoor 2026',
    'ada.quay@example.com',
    'Ada Quay 2026 Example',
    'correct horse battery staple'.replaceAll(' ', ''),
  ])('%j is too common', (password) => {
    expect(refusalOf(password)).toBe('password_too_common')
  })

  it.each([
    'violet kettle on the roof',
    'Stagedoor has a green handle',
    'x7G-pq22-mmT9-kkL',
    'ночь улица фонарь аптека',
    'a1b2c3d4e5f6g7h',
  ])('%j is fine', (password) => {
    expect(refusalOf(password)).toBeUndefined()
  })

  it.each(['', 'fourteen chars', 'x'.repeat(1025), 'é'.repeat(513), `${'x'.repeat(15)}\ud800`])(
    '%.20j is none',
    (password) => {
      expect(refusalOf(password)).toBe('validation_failed')
    },
  )

  it('is never named by its refusal, and random ones are fine', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 15, maxLength: 40 }), (password) => {
        const refused = refusePassword(password, { owner: OWNER, field: '/password' })
        expect(refused?.errors.map(({ message }) => message).join('') ?? '').not.toContain(password)
      }),
    )
    for (let count = 0; count < 200; count += 1) {
      const random = Buffer.from(crypto.getRandomValues(new Uint8Array(18))).toString('base64url')
      expect(refusalOf(random), random).toBeUndefined()
    }
  })
})

describe('an e-mail address', () => {
  it('has one normal spelling', () => {
    expect(normaliseEmail(' ＡＤＡ@Example.COM ')).toBe('ada@example.com')
    // NFKC makes a space and a mark of the cedilla.
    expect(normaliseEmail(normaliseEmail('¸'))).toBe(normaliseEmail('¸'))
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const once = normaliseEmail(text)
        expect(normaliseEmail(once)).toBe(once)
      }),
    )
  })

  it.each([
    'ada',
    'ada@',
    '@example.com',
    'ada@localhost',
    'a da@example.com',
    'ada@example.com, eve@example.com',
  ])('%j is none', (text) => {
    expect(operatorEmailProblem(text)).toBeDefined()
  })
})

describe("the library's log", () => {
  it('loses addresses, links, long strings and objects on the way into ours', () => {
    const lines: unknown[] = []
    const note = (members: unknown, message: unknown): void => void lines.push([members, message])
    const { log } = authLogger({ warn: note, error: note, info: note, debug: note } as never)
    log?.(
      'error',
      'Invalid origin: https://evil.example/?code=1 of ada@example.com with 0123456789abcdefghijk',
      {
        token: 'secret-of-somebody',
      },
    )
    log?.('warn', 'Failed', new TypeError('secret-of-somebody'))
    expect(JSON.stringify(lines)).not.toMatch(/evil|ada@|abcdefghijk|secret/)
    expect(lines).toContainEqual([{ library: 'better-auth', kinds: ['TypeError'] }, 'Failed'])
  })
})
