import { sendRaw, statusOf } from './raw.ts'

export type Lines = readonly string[]

/** An answer, read from its bytes. */
export type Told = {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly code: string | undefined
  readonly body: string
}

function readAnswer(raw: string): Told {
  const [head = '', body = ''] = raw.split('\r\n\r\n', 2)
  const lines = head.split('\r\n').slice(1)
  const headers = new Map(
    lines.map((line) => {
      const at = line.indexOf(':')
      return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()]
    }),
  )
  return { status: statusOf(raw), headers, code: /"code":"(\w+)"/.exec(body)?.[1], body }
}

/** Sends these lines as they are, and reads the answer. */
export async function sendLines(
  url: string,
  {
    method = 'GET',
    target,
    lines,
  }: { readonly method?: string; readonly target: string; readonly lines: Lines },
): Promise<Told> {
  const head = [`${method} ${target} HTTP/1.1`, 'Host: stagedoor', ...lines, 'Connection: close']
  return readAnswer(await sendRaw(url, `${head.join('\r\n')}\r\n\r\n`))
}

/** The headers by which a proxy names a call. */
export function pair(method: string, target: string): Lines {
  return [`X-Forwarded-Method: ${method}`, `X-Forwarded-Uri: ${target}`]
}
