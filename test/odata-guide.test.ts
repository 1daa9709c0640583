import { execFile } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HAS_CURL } from './support/curl.ts'
import { ROOT, type Stagedoor, startStagedoor, temporaryFolder } from './support/stagedoor.ts'

// Follows docs/guides/odata.md: its settings as they stand, its commands as pasted, with this test's ports.

const guide = readFileSync(join(ROOT, 'docs/guides/odata.md'), 'utf8')
const blocks = (language: string): readonly string[] =>
  [...guide.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, text]) => text ?? '')
const [settings = '', refusal = ''] = blocks('json')
const [start = '', add = '', allowed = '', refused = '', mistaken = '', description = '', ...more] =
  blocks('sh')

const folder = temporaryFolder()
let door: Stagedoor
beforeAll(async () => {
  const config = JSON.parse(settings)
  config.catalogs.events.document = join(ROOT, config.catalogs.events.document)
  const [, token = ''] = /STAGEDOOR_MANAGEMENT_TOKEN=(\S+)/.exec(start) ?? []
  door = await startStagedoor({ config, env: { STAGEDOOR_MANAGEMENT_TOKEN: token } })
})
afterAll(async () => {
  await door?.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function paste(text: string): Promise<string> {
  const lines = text
    .replaceAll('http://127.0.0.1:4000', door.adminUrl)
    .replaceAll('http://127.0.0.1:4001', door.gatewayUrl)
  const { stdout } = await promisify(execFile)('bash', ['-c', lines], {
    cwd: folder,
    env: { PATH: process.env['PATH'] },
  })
  return stdout
}

describe.skipIf(!HAS_CURL)('docs/guides/odata.md', () => {
  it('does what it says, line by line', async () => {
    expect(more).toEqual([])
    await paste(add)
    expect(readFileSync(join(folder, 'day-board.token'), 'utf8')).toMatch(/^sd_api_\w+$/)
    const events = JSON.parse(await paste(allowed))
    expect(events.value).toHaveLength(2)
    expect(Object.keys(events.value[0]).filter((name) => !name.includes('@'))).toEqual(['ID', 'Name'])
    const answer = JSON.parse(await paste(refused))
    expect(answer).toMatchObject(JSON.parse(refusal))
    expect(answer.missing).toMatchObject([{ id: 'events:GET:/Accounts' }])
    expect(answer.touches).toHaveLength(2)
    expect(JSON.parse(await paste(mistaken))).toMatchObject({
      code: 'odata_unknown_name',
      problems: [{ in: '$orderby', at: [17, 23] }],
    })
    const document = await paste(description)
    expect(document).toContain('<EntitySet Name="Events"')
    expect(document).not.toMatch(/account/i)
  })
})
