import { execFile } from 'node:child_process'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { DENY_REASONS } from '@stagedoor/core/decision.ts'
import { afterAll, describe, expect, it } from 'vitest'
import { PROBLEMS } from '../server/src/http/problems.ts'
import { HAS_CURL } from './support/curl.ts'
import { ROOT, startStagedoor, temporaryFolder } from './support/stagedoor.ts'

const readme = readFileSync(join(ROOT, 'README.md'), 'utf8')
const shell = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)].map((match) => match[1] ?? '')
const folder = temporaryFolder()
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('README', () => {
  it.skipIf(!HAS_CURL)(
    'has a call that is allowed and one that is refused, and they do as it says',
    async () => {
      const token = 'choose-something-long-and-secret'
      const door = await startStagedoor({ folder, env: { STAGEDOOR_MANAGEMENT_TOKEN: token } })
      const paste = async (text: string): Promise<string> => {
        const here = text
          .replaceAll('http://127.0.0.1:4000', door.adminUrl)
          .replaceAll('http://127.0.0.1:4001', door.gatewayUrl)
        return (await promisify(execFile)('bash', ['-c', here], { cwd: folder })).stdout
      }
      const calls = shell.filter((text) => text.includes('curl'))
      expect(calls).toHaveLength(3)
      await paste(calls[0] ?? '')
      expect(await paste(calls[1] ?? '')).toMatch(/^HTTP\/1\.1 200 /)
      const refused = await paste(calls[2] ?? '')
      const shown = /```\n(HTTP\/1\.1 403[\s\S]*?)```/.exec(readme)?.[1] ?? ''
      for (const part of shown.split('\n').slice(0, 3)) expect(refused).toContain(part)
      for (const part of shown.matchAll(/"(?:type|title|detail|code)":"[^"]*"/g))
        expect(refused).toContain(part[0])
      await door.stop()
    },
  )

  it('names commands that package.json and .ci/run know', () => {
    expect(shell.join('\n')).toContain('npm ci && npm start')
    expect(shell.join('\n')).toContain('npm ci && npm test')
    const ci = readFileSync(join(ROOT, '.ci/run'), 'utf8')
    expect(ci).toContain('npm ci')
    expect(ci).toContain('npm test')
  })

  it('links to what exists', () => {
    for (const page of [
      'README.md',
      'CONTRIBUTING.md',
      'AGENTS.md',
      'docs/configuration.md',
      'docs/guides/your-own-api.md',
      'docs/guides/first-call.md',
      'docs/guides/oauth.md',
      'docs/guides/several-machines.md',
    ]) {
      const text = readFileSync(join(ROOT, page), 'utf8')
      for (const [, link = ''] of text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)) {
        expect(
          () =>
            readdirSync(
              join(ROOT, page, '..', link.includes('.') || link === 'LICENSE' ? join(link, '..') : link),
            ),
          `${page}: ${link}`,
        ).not.toThrow()
      }
    }
  })
})

describe('docs/errors', () => {
  const pages = readdirSync(join(ROOT, 'docs/errors')).map((name) => name.replace('.md', ''))

  it('has a page for every code, and no page for a code that is gone', () => {
    expect(pages.toSorted()).toEqual([...DENY_REASONS, ...Object.keys(PROBLEMS)].toSorted())
  })

  it.each(pages)('%s says what happened, shows it, and what to do', (code) => {
    const text = readFileSync(join(ROOT, 'docs/errors', `${code}.md`), 'utf8')
    for (const part of [
      `# ${code}\n`,
      '## What happened',
      '## Example',
      '## What to do',
      `urn:stagedoor:error:${code}`,
    ]) {
      expect(text).toContain(part)
    }
  })
})
