import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The stand-in Momentus APIs, in a process of their own that ends with this one. */
export type SandboxProcess = { readonly port: number; readonly close: () => void }

export type SandboxOptions = { readonly port: number; readonly env: NodeJS.ProcessEnv }

const START_MS_MAX = 10_000

/**
 * Starts the sandbox and waits until it listens. Rejects with its own words where it cannot.
 * It is a program beside the server, not a part of it: the two share nothing but this start and HTTP.
 */
export function startSandbox({ port, env }: SandboxOptions): Promise<SandboxProcess> {
  const program = fileURLToPath(import.meta.resolve('@stagedoor/sandbox/main.ts'))
  const child = fork(program, [], {
    env: { ...withoutOwnSettings(env), STAGEDOOR_SANDBOX_PORT: String(port) },
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
  })
  return new Promise((resolve, reject) => {
    let complaint = ''
    const timer = setTimeout(() => child.kill(), START_MS_MAX)
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      complaint += text
    })
    child.once('error', reject)
    child.once('exit', (code) => {
      clearTimeout(timer)
      reject(new Error(complaint.trim() || `the sandbox ended with code ${code} before it listened`))
    })
    child.on('message', (message) => {
      const port = listeningPort(message)
      if (port === undefined) return
      clearTimeout(timer)
      child.removeAllListeners('exit')
      resolve({ port, close: () => end(child) })
    })
  })
}

function end(child: ChildProcess): void {
  if (child.connected) child.disconnect()
  child.kill()
}

/** The management token and the like are no business of a stand-in for somebody else's API. */
function withoutOwnSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('STAGEDOOR_')))
}

function listeningPort(message: unknown): number | undefined {
  if (typeof message !== 'object' || message === null || !('kind' in message) || !('port' in message))
    return undefined
  return message.kind === 'listening' && typeof message.port === 'number' ? message.port : undefined
}
