import { Refusal } from '#refusal.ts'
import type { Json } from '#row.ts'
import { answerRead } from './answer-read.ts'
import { answerWrite } from './answer-write.ts'
import type { Context } from './context.ts'
import type { Value } from './entity.ts'
import { type Options, readOptions } from './options.ts'
import { openPageToken } from './page-token.ts'
import { decodeAll } from './split.ts'
import type { World } from './world.ts'

/** One request, alone or of a batch. */
export type Asked = {
  readonly method: string
  /** Path and query below the service root, encoded or not. */
  readonly target: string
  readonly headers: Headers
  readonly body: Uint8Array<ArrayBuffer>
}

export type Answer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Text and bytes go as they are, everything else as JSON; undefined for no content. */
  readonly body: Json | Uint8Array<ArrayBuffer> | undefined
  readonly raw?: boolean
  /** What it was about, for requests of the same batch that refer to it. */
  readonly value?: Value
}

export type Surroundings = {
  readonly world: World
  readonly root: string
  readonly reach: (endpoint: string) => void
  readonly references: ReadonlyMap<string, Value>
}

export type Question = {
  readonly method: string
  readonly path: string
  readonly options: Options
  readonly headers: Headers
  readonly body: Uint8Array<ArrayBuffer>
  /** Where a page starts, from the token of it. */
  readonly start: number
}

/** Carries out one request. Everything that goes wrong is told in full. */
export function execute(surroundings: Surroundings, asked: Asked): Answer {
  try {
    const question = readQuestion(asked)
    const { options } = question
    const aliases = new Map([...options].filter(([name]) => name.startsWith('@')))
    const context: Context = { ...surroundings, aliases }
    return question.method === 'GET' ? answerRead(context, question) : answerWrite(context, question)
  } catch (error) {
    if (error instanceof Refusal) return failure(error.status, error.message)
    // Deep nesting ends here as well; a real server answers with its stack.
    if (error instanceof RangeError) return failure(500, error.message)
    throw error
  }
}

function readQuestion({ method, target, headers, body }: Asked): Question {
  const decoded = decodeAll(target)
  const mark = decoded.indexOf('?')
  const path = mark < 0 ? decoded : decoded.slice(0, mark)
  const query = mark < 0 ? '' : decoded.slice(mark + 1).replaceAll('+', ' ')
  const real = headers.get('x-http-method-override') ?? headers.get('x-http-method') ?? method
  const isQuery = /\/\$query\/?$/i.test(path)
  const all = isQuery ? `${query}&${decodeAll(new TextDecoder().decode(body))}` : query
  const options = readOptions(all, '&')
  const base = { headers, body, method: isQuery ? 'GET' : real.toUpperCase() }
  const opened = openPageToken(options.get('skiptoken') ?? '')
  if (opened === undefined) return { ...base, path: path.replace(/\/\$query\/?$/i, ''), options, start: 0 }
  const [tokenPath = '', tokenQuery = ''] = opened.query.split('?')
  const merged = new Map([...options, ...readOptions(decodeAll(tokenQuery), '&')])
  merged.delete('skiptoken')
  return { ...base, path: tokenPath, options: merged, start: opened.start }
}

function failure(status: number, message: string): Answer {
  return { status, headers: {}, body: { error: { code: String(status), message } } }
}
