import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

// A border check that has never failed is not a check: each of these violations is planted, and must be found.
const PLANTED: readonly { file: string; code: string; rule: string }[] = [
  {
    file: 'core/src/a1.ts',
    code: "import { hash } from 'node:crypto'\nexport const x = hash",
    rule: 'no-restricted-imports',
  },
  { file: 'core/src/a2.ts', code: "export * from 'kysely'", rule: 'no-restricted-imports' },
  { file: 'core/src/a3.ts', code: 'export const x = Date.now()', rule: 'no-restricted-globals' },
  { file: 'core/src/a4.ts', code: 'export const x = Math.random()', rule: 'no-restricted-globals' },
  { file: 'core/src/catalog/a5.ts', code: "export { x } from '../a3.ts'", rule: 'no-restricted-imports' },
  {
    file: 'server/src/storage/b1.ts',
    code: "import type { X } from '#credentials/x.ts'\nexport type Y = X",
    rule: 'no-restricted-imports',
  },
  { file: 'server/src/policy/b2.ts', code: "export * from '#storage/x.ts'", rule: 'no-restricted-imports' },
  {
    file: 'server/src/policy/b3.ts',
    code: "import { sql } from 'kysely'\nexport const x = sql",
    rule: 'no-restricted-imports',
  },
  {
    file: 'server/src/gateway/b4.ts',
    code: "export const x = (): Promise<unknown> => import('#storage/x.ts')",
    rule: 'no-restricted-imports',
  },
  { file: 'server/src/gateway/b5.ts', code: "export * from '#admin/x.ts'", rule: 'no-restricted-imports' },
  { file: 'server/src/gateway/b6.ts', code: "export * from '../http/x.ts'", rule: 'no-restricted-imports' },
  { file: 'server/src/gateway/b7.ts', code: "export * from 'node:sqlite'", rule: 'no-restricted-imports' },
  { file: 'server/src/feed/b8.ts', code: "export * from '#gateway/x.ts'", rule: 'no-restricted-imports' },
  { file: 'server/src/http/b9.ts', code: "export * from '#policy/x.ts'", rule: 'no-restricted-imports' },
  {
    file: 'server/src/credentials/b10.ts',
    code: "export * from '#admin/x.ts'",
    rule: 'no-restricted-imports',
  },
  { file: 'server/src/admin/b11.ts', code: "export * from '#gateway/x.ts'", rule: 'no-restricted-imports' },
  {
    file: 'server/src/admin/b12.ts',
    code: "export * from '@stagedoor/sandbox/main.ts'",
    rule: 'no-restricted-imports',
  },
  { file: 'server/src/operators/b13.ts', code: "export * from '#admin/x.ts'", rule: 'no-restricted-imports' },
  { file: 'server/src/pages/b14.ts', code: "export * from '#storage/x.ts'", rule: 'no-restricted-imports' },
  {
    file: 'console/src/features/x/b15.tsx',
    code: "export * from '@stagedoor/core/decide.ts'",
    rule: 'no-restricted-imports',
  },
  {
    file: 'console/src/features/x/b16.tsx',
    code: "export * from '#app/x.ts'",
    rule: 'no-restricted-imports',
  },
  { file: 'console/src/ui/b17.ts', code: "export * from '#features/x/y.ts'", rule: 'no-restricted-imports' },
  {
    file: 'sandbox/src/c1.ts',
    code: "export * from '@stagedoor/core/decide.ts'",
    rule: 'no-restricted-imports',
  },
  {
    file: 'server/src/admin/d1.ts',
    code: "import { writeFile } from 'node:fs/promises'\nexport function x(): void {\n  writeFile('a', 'b')\n}",
    rule: 'no-floating-promises',
  },
  { file: 'server/src/admin/d2.ts', code: 'export default 1', rule: 'no-default-export' },
  { file: 'server/src/admin/d3.ts', code: "console.log('x')\nexport const x = 1", rule: 'no-console' },
]

const ALLOWED: readonly { file: string; code: string }[] = [
  { file: 'core/src/catalog/e1.ts', code: "export * from '#target.ts'" },
  { file: 'server/src/feed/e2.ts', code: "export * from '#storage/x.ts'\nexport * from '#policy/y.ts'" },
  {
    file: 'server/src/gateway/e3.ts',
    code: "export * from '#policy/x.ts'\nexport * from '@stagedoor/core/decide.ts'",
  },
  {
    file: 'server/src/admin/e5.ts',
    code: "export * from '#operators/x.ts'\nexport * from '#management-tokens/y.ts'",
  },
  {
    file: 'console/src/features/x/e6.tsx',
    code: "export * from '#ui/x.tsx'\nexport * from '#features/y/z.ts'",
  },
  { file: 'server/src/admin/e4.ts', code: "export * from '#credentials/x.ts'\nexport * from '#http/y.ts'" },
]

const root = resolve(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'stagedoor-borders-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('import borders', () => {
  it('finds every planted violation, and nothing in what is allowed', () => {
    for (const name of [
      '.oxlintrc.json',
      'tsconfig.base.json',
      'core/tsconfig.json',
      'server/tsconfig.json',
      'sandbox/tsconfig.json',
      'console/tsconfig.json',
    ]) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      cpSync(join(root, name), join(folder, name))
    }
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
    for (const { file, code } of [...PLANTED, ...ALLOWED]) {
      mkdirSync(dirname(join(folder, file)), { recursive: true })
      writeFileSync(join(folder, file), `${code}\n`)
    }
    const result = spawnSync(
      join(root, 'node_modules/.bin/oxlint'),
      ['--type-aware', '--format=json', 'core', 'server', 'sandbox', 'console'],
      {
        cwd: folder,
        encoding: 'utf8',
      },
    )
    const report: { diagnostics: { code: string; filename: string }[] } = JSON.parse(result.stdout)
    const found = (file: string, rule: string): boolean =>
      report.diagnostics.some((each) => each.filename.endsWith(file) && each.code.includes(`(${rule})`))
    expect(PLANTED.filter(({ file, rule }) => !found(file, rule)).map(({ file }) => file)).toEqual([])
    const wronged = ALLOWED.filter(({ file }) => found(file, 'no-restricted-imports'))
    expect(wronged.map(({ file }) => file)).toEqual([])
    expect(result.status).not.toBe(0)
  })
})
