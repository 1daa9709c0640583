import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { HandleCall } from '#gateway/caller/caller-call.ts'
import { type CallerListener, createCallerListener } from '#gateway/caller/caller-listener.ts'
import type { CallerLimits } from '#gateway/caller/limits.ts'
import { type ConnectOptions, connectRaw, type RawCaller } from './raw-caller.ts'

/** The ways in which a socket's bytes come: everything holds in each of them. */
export const WAYS = ['reused', 'data', 'tls'] as const

export type Way = (typeof WAYS)[number]

export type OpenListener = {
  readonly listener: CallerListener
  readonly port: number
  readonly connect: (options?: Partial<ConnectOptions>) => Promise<RawCaller>
  /** What the handler threw. */
  readonly faults: unknown[]
  /** Goes on as if so many ms were over. */
  readonly pass: (ms: number) => void
}

/** A listener on a port of its own until the test ends, with a clock that the test moves on. */
export async function openListener(
  handle: HandleCall,
  { way = 'reused', limits }: { readonly way?: Way; readonly limits?: Partial<CallerLimits> } = {},
): Promise<OpenListener> {
  const faults: unknown[] = []
  let time = 1_000_000
  const isSecure = way === 'tls'
  const listener = createCallerListener({
    handle,
    answerProblem: ({ code, detail }) => ({
      status: code === 'request_too_slow' ? 408 : 400,
      body: JSON.stringify({ code, detail }),
    }),
    onFault: (error) => faults.push(error),
    clocks: { now: () => Date.UTC(2026, 0, 1), monotonic: () => time },
    limits: { tickMs: 5, drainMs: 300, ...limits },
    ...(isSecure ? { tls: certificate() } : { reads: way }),
  })
  const { port } = await listener.listen({ port: 0, host: '127.0.0.1' })
  const callers: RawCaller[] = []
  onTestFinished(async () => {
    for (const { socket } of callers) socket.destroy()
    await listener.close()
  })
  return {
    listener,
    port,
    faults,
    connect: async (options) => {
      const caller = await connectRaw({ port, isSecure, ...options })
      callers.push(caller)
      return caller
    },
    pass: (ms) => {
      time += ms
    },
  }
}

/** Of Debian, not of this project. */
const OPENSSL = 'openssl'

let made: { readonly key: string; readonly cert: string } | undefined

/** A certificate for localhost, made by openssl for this run. */
function certificate(): { readonly key: string; readonly cert: string } {
  if (made !== undefined) return made
  const folder = mkdtempSync(join(tmpdir(), 'stagedoor-tls-'))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  execFileSync(OPENSSL, [...request, '-days', '2', '-subj', '/CN=localhost', '-keyout', key, '-out', cert], {
    stdio: 'pipe',
  })
  made = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
  rmSync(folder, { recursive: true })
  return made
}
