import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { ClientLibrary, Pair, Registered } from './client-life.ts'

export type Variables = Readonly<Record<string, string>>

/** Has one step done, and gives what the client got. Rejects with what the client says where it is refused. */
export type RunStep = (step: string, variables: Variables) => Promise<any>

const ENVIRONMENT = { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8', OAUTHLIB_INSECURE_TRANSPORT: '1' }

/** A client that is started for every step: the step is its argument, the rest stands in its environment. */
export function runScript(program: string, path: string): RunStep {
  return async (step, variables) =>
    await new Promise((done, fail) => {
      execFile(program, [path, step], { env: { ...ENVIRONMENT, ...variables } }, (error, stdout, stderr) => {
        if (error) fail(new Error(`${step} was refused: ${stdout}${stderr}`))
        else done(JSON.parse(stdout))
      })
    })
}

/** A client that goes on running: a line of JSON in, a line of JSON out. */
export function talkTo(
  program: string,
  path: string,
): { readonly run: RunStep; readonly stop: () => Promise<void> } {
  const child = spawn(program, [path], { env: ENVIRONMENT, stdio: ['pipe', 'pipe', 'inherit'] })
  const waiting: ((answer: any) => void)[] = []
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.(JSON.parse(line)))
  child.once('exit', () => {
    for (const answer of waiting.splice(0)) answer({ refused: 'the client has ended' })
  })
  return {
    run: async (step, variables) => {
      const answer: any = await new Promise((done) => {
        waiting.push(done)
        child.stdin.write(`${JSON.stringify({ ...variables, STEP: step })}\n`)
      })
      if (answer.refused !== undefined) throw new Error(`${step} was refused: ${answer.refused}`)
      return answer
    },
    stop: async () => {
      const ended = once(child, 'exit')
      child.stdin.end()
      await ended
    },
  }
}

/** What a credential's owner would tell the script. */
export function toVariables({ issuer, id, email, secret }: Registered): Variables {
  return { ISSUER: issuer, CLIENT_ID: id, EMAIL: email, SECRET: secret }
}

/** The script behind the face of a library. */
export function scriptedLibrary(run: (step: string, more?: Variables) => Promise<any>): ClientLibrary {
  return {
    signIn: async () => (await run('sign-in')).access_token,
    refresh: async ({ refreshToken }) => toPair(await run('refresh', { REFRESH_TOKEN: refreshToken })),
    revoke: async ({ refreshToken }) => await run('revoke', { REFRESH_TOKEN: refreshToken }),
    call: async (accessToken, url) =>
      (await run('call', { ACCESS_TOKEN: accessToken, CALL_URL: url })).status,
    introspect: async (token) => (await run('introspect', { TOKEN: token })).active,
    endpoints: async () => {
      const found = await run('discover')
      return {
        token: found.token_endpoint,
        revocation: found.revocation_endpoint,
        introspection: found.introspection_endpoint,
      }
    },
  }
}

export function toPair(answer: { readonly access_token: string; readonly refresh_token: string }): Pair {
  return { accessToken: answer.access_token, refreshToken: answer.refresh_token }
}
