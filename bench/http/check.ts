import { readFileSync } from 'node:fs'
import { setTimeout as passed } from 'node:timers/promises'
import type { Program } from './program.ts'
import type { Traffic } from './traffic.ts'
import { ANSWER } from './upstream.ts'

const CALLS = 30
const TRIES = 3_000

/** Before anything is timed: good tokens get the upstream's answer, bad ones are refused. Throws Error where it is not so. */
export async function checkAnswers(
  { name, decides }: Program,
  port: number,
  traffic: Traffic,
): Promise<void> {
  for (const line of readSome(traffic.good)) {
    const { status, text } = await call(port, line)
    if (status !== 200 || text !== ANSWER)
      throw new Error(`${name} answered a good call with ${status}: ${line}\n${text.slice(0, 500)}`)
  }
  if (!decides) return
  for (const line of [...readSome(traffic.bad), readSome(traffic.good)[0]?.replace(/^\S+/, '') ?? '']) {
    const { status } = await call(port, line)
    if (status !== 401 && status !== 403)
      throw new Error(`${name} answered a bad call with ${status}: ${line}`)
  }
}

function readSome(path: string): readonly string[] {
  return readFileSync(path, 'utf8').split('\n', CALLS)
}

async function call(port: number, line: string): Promise<{ readonly status: number; readonly text: string }> {
  const [token = '', path = ''] = line.split(' ')
  for (let tries = 0; ; tries += 1) {
    const headers = token === '' ? {} : { authorization: `Bearer ${token}` }
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers })
    const text = await response.text()
    // It may listen before it knows what to decide by.
    if (response.status !== 503 || tries === TRIES) return { status: response.status, text }
    await passed(100)
  }
}
