import { request } from 'undici'
import { z } from 'zod'
import { type SignIn, SignInError } from './sign-in.ts'

export type EliteClientCredentialsOptions = {
  readonly tokenUrl: string
  readonly clientId: string
  readonly clientSecret: string
  readonly timeoutMs: number
  /** Epoch milliseconds. */
  readonly now: () => number
}

type Current = { readonly lines: string; readonly renewAt: number }

const KINDS: ReadonlySet<string> = new Set(['authorization'])

/** What can stand in a header as it is. */
const TOKEN = /^[\x21-\x7e]+$/

const answerSchema = z.object({ accessToken: z.string().regex(TOKEN), expiresIn: z.number().positive() })

const ANSWER_BYTES_MAX = 65_536

/**
 * Signs in at Elite: a token is fetched with client id and secret, kept, and renewed before it expires. Calls that
 * need a new one at the same moment share one request for it.
 */
export function eliteClientCredentialsSignIn(options: EliteClientCredentialsOptions): SignIn {
  let current: Current | undefined
  let fetching: Promise<Current> | undefined

  async function renewed(): Promise<Current> {
    fetching ??= fetchToken(options).finally(() => {
      fetching = undefined
    })
    current = await fetching
    return current
  }

  return {
    kinds: KINDS,
    lines: () => {
      const usable = current !== undefined && options.now() < current.renewAt
      return usable && current ? current.lines : renewed().then(({ lines }) => lines)
    },
    refused: (lines) => {
      if (current?.lines === lines) current = undefined
      return true
    },
  }
}

async function fetchToken({
  tokenUrl,
  clientId,
  clientSecret,
  timeoutMs,
  now,
}: EliteClientCredentialsOptions): Promise<Current> {
  const askedAt = now()
  const answer = await request(tokenUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ clientId, clientSecret }),
    signal: AbortSignal.timeout(timeoutMs),
  }).catch((error: unknown) => {
    throw new SignInError('the sign-in address did not answer', { cause: error })
  })
  const text = await readBounded(answer.body)
  if (answer.statusCode !== 200) throw new SignInError(`the sign-in address answered ${answer.statusCode}`)
  const parsed = answerSchema.safeParse(parseJson(text))
  if (!parsed.success) throw new SignInError('the sign-in address answered without accessToken and expiresIn')
  const { accessToken, expiresIn } = parsed.data
  // A minute early, or a tenth of the life of tokens that live shorter than ten minutes.
  const renewAt = askedAt + (expiresIn - Math.min(60, expiresIn / 10)) * 1000
  return { lines: `authorization: Bearer ${accessToken}\r\n`, renewAt }
}

async function readBounded(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of body) {
    length += chunk.length
    if (length > ANSWER_BYTES_MAX) throw new SignInError('the sign-in address answered with too much')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
