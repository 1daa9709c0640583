import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ROOT, type Stagedoor, startStagedoor, temporaryFolder } from './stagedoor.ts'
import { basic, CREDENTIALS, createTokenClient, PASSWORD } from './token-client.ts'

// The programs of docs/guides/first-call.md, run exactly as they stand there.

const guide = readFileSync(join(ROOT, 'docs/guides/first-call.md'), 'utf8')
const EVENTS_ALONE = { kind: 'only', endpoints: ['enterprise:GET:/events/{}'] }
const PATH = [dirname(process.execPath), '/usr/bin', '/bin'].join(':')

/** What the guide says they print. Shell prints the answers themselves. */
const [PRINTED = ''] = [...guide.matchAll(/```text\n([\s\S]*?)```/g)].map((match) => match[1] ?? '')
const ANSWERED = /200[\s\S]*"EventID"|"EventID"[\s\S]*200/

type Ran = { readonly failed: boolean; readonly stdout: string; readonly stderr: string }
type Saved = { readonly access_token?: string; readonly refresh_token?: string; readonly expires_at?: number }
type Program = {
  readonly run: (variables: Readonly<Record<string, string>>) => Promise<Ran>
  readonly save: (tokens: Saved) => void
  readonly saved: () => Saved
  readonly mode: () => number
}

/** In languages that need nothing beyond this machine, and in those that Debian brings. */
export const LANGUAGES_HERE: readonly string[] = ['js', 'sh']
export const LANGUAGES_OF_DEBIAN: readonly string[] = ['python', 'php', 'java']

/** The language of each program in the guide: one for API tokens and one for OAuth. */
export function languagesOfTheGuide(): readonly string[] {
  const blocks = [...guide.matchAll(/^```(\w+)\n(.*?)^```/gms)]
  return blocks.flatMap(([, language = '', text = '']) => (text.includes(' Run: ') ? [language] : []))
}

/** Saves a program of the guide as its first line says, in a folder of its own, and runs it as it says. */
function openProgram(folder: string, language: string, index: 0 | 1): Program {
  const blocks = [...guide.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))]
  const text = blocks[index]?.[1] ?? ''
  const [command = '', ...args] = /(?:#|\/\/) Run: (.+)/.exec(text)?.[1]?.split(' ') ?? []
  const own = join(folder, `${language}-${index}`)
  mkdirSync(own)
  writeFileSync(join(own, basename(args.at(-1) ?? '')), text)
  const file = join(own, 'tokens.json')
  return {
    run: async (variables) =>
      await new Promise((done) => {
        const env = { PATH, LANG: 'C.UTF-8', OAUTHLIB_INSECURE_TRANSPORT: '1', ...variables }
        execFile(command, args, { cwd: own, env }, (error, stdout, stderr) =>
          done({ failed: error !== null, stdout, stderr }),
        )
      }),
    save: (tokens) => writeFileSync(file, JSON.stringify(tokens), { mode: 0o600 }),
    saved: () => JSON.parse(readFileSync(file, 'utf8')),
    mode: () => statSync(file).mode & 0o777,
  }
}

/** Both programs of a language, against a Stagedoor of their own. */
export function describeFirstCall(language: string): void {
  describe.each([language])('docs/guides/first-call.md: %s', () => {
    const folder = temporaryFolder()
    let door: Stagedoor
    beforeAll(async () => {
      door = await startStagedoor()
    })
    afterAll(async () => {
      await door?.stop()
      rmSync(folder, { recursive: true, force: true })
    })

    function expectAnswers({ stdout, stderr, failed }: Ran): void {
      expect([failed, stderr], stdout).toEqual([false, ''])
      if (language === 'sh') {
        expect(stdout).toMatch(ANSWERED)
        expect(stdout).toMatch(/403[\s\S]*endpoint_not_allowed|endpoint_not_allowed[\s\S]*403/)
      } else expect(stdout).toBe(PRINTED)
    }

    const add = async (body: object): Promise<any> =>
      (await door.admin('POST', CREDENTIALS, { title: language, allowedEndpoints: EVENTS_ALONE, ...body }))
        .json

    it('calls with an API token, reads the refusal, and says when the token is revoked', async () => {
      const { secrets } = await add({ title: `${language}, token`, authenticationMethod: 'api_token' })
      const program = openProgram(folder, language, 0)
      const variables = { STAGEDOOR_URL: door.gatewayUrl, API_TOKEN: secrets.apiToken }
      expectAnswers(await program.run(variables))
      await createTokenClient(door).ask('/oauth/revoke', { token: secrets.apiToken })
      const { stdout } = await program.run(variables)
      expect(stdout).toContain('401')
      expect(stdout).toContain('token_revoked')
    })

    it('signs in, keeps its token, renews it in time and after a 401, and ends where it is refused', async () => {
      const client = createTokenClient(door)
      const { credential, secrets } = await add({
        authenticationMethod: 'oauth',
        email: `${language}@harbourview.example`,
        password: PASSWORD,
      })
      const program = openProgram(folder, language, 1)
      const run = async (): Promise<Ran> =>
        await program.run({ STAGEDOOR_URL: door.gatewayUrl, CREDENTIAL_ID: credential.id, PASSWORD })
      const isActive = async (token: string | undefined): Promise<boolean> => {
        const about = { token: token ?? '' }
        return (await client.ask('/oauth/introspect', about, basic(credential.id, PASSWORD))).json.active
      }
      const now = (): number => Math.floor(Date.now() / 1000)

      expectAnswers(await run())
      const first = program.saved()
      expect(program.mode(), 'nobody else may read it').toBe(0o600)
      expect(first.refresh_token, 'client_credentials has none').toBeUndefined()
      expectAnswers(await run())
      expect(program.saved(), 'still good').toEqual(first)

      program.save({ refresh_token: secrets.refreshToken.value })
      expectAnswers(await run())
      const second = program.saved()
      expect(await isActive(secrets.refreshToken.value), 'exchanged').toBe(false)
      expect(second.expires_at).toBeGreaterThan(now() + 3500)

      program.save({ ...second, expires_at: now() + 50 })
      expectAnswers(await run())
      const third = program.saved()
      expect(third.refresh_token).not.toBe(second.refresh_token)
      expect(await isActive(third.refresh_token)).toBe(true)

      await client.ask('/oauth/revoke', { token: third.access_token ?? '' })
      expectAnswers(await run())
      const fourth = program.saved()
      expect(fourth.refresh_token, 'a 401 is answered with a new pair').not.toBe(third.refresh_token)

      await client.ask('/oauth/revoke', { token: fourth.refresh_token ?? '' })
      const { stdout, failed } = await run()
      expect([failed, stdout.includes('endpoint_not_allowed')], stdout).toEqual([false, true])
      expect(program.saved().refresh_token, 'signed in anew').toBeUndefined()

      await client.setActive(credential.id, false)
      const refused = await run()
      expect(refused.failed).toBe(true)
      expect(refused.stderr).toContain('unauthorized_client')
      await client.setActive(credential.id, true)
      expectAnswers(await run())
    })
  })
}
