import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { ROOT } from '../support/stagedoor.ts'
import { valuesOf, type WireAnswer } from '../support/wire-answers.ts'
import { openCaller, type WireCaller } from '../support/wire-caller.ts'
import { EVENTS, MOUNT, startWireScene, taggedRequest, type WireScene } from '../support/wire-scene.ts'

// Guarantee: nobody gets a request past the gateway inside of another one. The corpus is that of http-desync-guardian;
// each of its heads is sent with a body that holds a second request, hidden where a lax reader would find it, and a
// third request follows. Where a head is refused the connection ends with it, and nothing reaches the upstream at all.

type Tier = 'Compliant' | 'Acceptable' | 'Ambiguous' | 'Severe'
type Case = {
  readonly file: string
  readonly name: string
  readonly method: string
  readonly uri: string
  readonly version: string
  readonly headers: readonly { readonly name: string; readonly value: string | number }[] | null
  readonly expected: { readonly tier: Tier; readonly reason: string }
}

const CORPUS = resolve(ROOT, '../shared/data/http-desync')
const CASES = existsSync(CORPUS) ? readCorpus() : []

function readCorpus(): readonly Case[] {
  return readdirSync(CORPUS)
    .filter((file) => file.endsWith('.yaml'))
    .flatMap((file) => {
      const cases: readonly Case[] = parse(readFileSync(join(CORPUS, file), 'utf8'))
      return cases.map((each) => ({ ...each, file }))
    })
}

let scene: WireScene
beforeAll(async () => {
  scene = await startWireScene()
})
afterAll(() => scene.stop())
/** Tells the requests of one test from those of the others. */
let test = 0
beforeEach(() => {
  test += 1
})
const tag = (name: string): string => `${name}-${test}`

function tagsReceived(): readonly string[] {
  expect(scene.upstream.unreadable).toEqual([])
  return scene.upstream.received.map((each) => each.tag).filter((each) => each.endsWith(`-${test}`))
}

const refused = new Set<number>()

/** An endpoint of the catalog for each method, so that whatever is read as a request could be carried out. */
const PATHS: Readonly<Record<string, string>> = { POST: `${MOUNT}/Events`, PUT: `${EVENTS}/7` }

type Sent = { readonly order: 'corpus first' | 'corpus last'; readonly pieces: number | undefined }
const WAYS: readonly Sent[] = [
  { order: 'corpus last', pieces: undefined },
  { order: 'corpus first', pieces: undefined },
  { order: 'corpus last', pieces: 5 },
]

/**
 * The case, altered by the least that lets the gateway find an endpoint and a caller: `Host`, the token and the tag are added
 * before or after the headers of the corpus, and its target gets the path of an endpoint of the same method in place of its
 * own, to which it is appended where the case is about the target. Method, version, headers and all their whitespace stay.
 */
function headOf(each: Case, { order }: Sent): string {
  const named = (each.headers ?? []).map(({ name, value }) => `${name}: ${value}`)
  const hasHost = (each.headers ?? []).some(({ name }) => /^host$/i.test(name))
  const own = [
    ...(hasHost ? [] : ['Host: door']),
    `Authorization: Bearer ${scene.token}`,
    `X-Tag: ${tag('case')}`,
  ]
  const lines = order === 'corpus first' ? [...named, ...own] : [...own, ...named]
  const version = each.version === '' ? '' : ` ${each.version}`
  return `${each.method} ${targetOf(each)}${version}\r\n${lines.join('\r\n')}\r\n\r\n`
}

function targetOf({ method, uri }: Case): string {
  const path = PATHS[method] ?? EVENTS
  if (/^\/(?:foo\/bar|test\.html|endpoint_a)(?![^?])/.test(uri)) return path + uri.replace(/^[^?]*/, '')
  if (/^\/(?:foo\/bar|endpoint_a)/.test(uri)) return path + uri.replace(/^\/(?:foo\/bar|endpoint_a)/, '')
  return uri === '' ? '' : EVENTS + uri
}

/** What a lax reader would take for a request of its own: behind an empty chunk, or at once. */
function hidden(): string {
  return `0\r\n\r\n${taggedRequest(scene.token, tag('hidden'))}`
}

/** The content that the framing of the case promises, in the strict reading of RFC 9112. */
function contentOf({ headers }: Case): string {
  const value = (name: string): string =>
    (headers ?? [])
      .filter((each) => each.name.toLowerCase() === name)
      .map((each) => String(each.value))
      .join(',')
      .trim()
  if (value('transfer-encoding') !== '') return '3\r\nabc\r\n0\r\n\r\n'
  return 'x'.repeat(Number(value('content-length')) || 0)
}

async function send(each: Case, content: string, way: Sent): Promise<WireCaller> {
  const caller = await openCaller(scene.url)
  const bytes = Buffer.from(headOf(each, way) + content + taggedRequest(scene.token, tag('next')), 'utf8')
  if (way.pieces === undefined) caller.send(bytes)
  else {
    // A long content would take its time so; its beginning does it.
    await caller.sendInPieces(bytes.subarray(0, 4_096), way.pieces)
    caller.send(bytes.subarray(4_096))
  }
  return caller
}

function codeOf({ body }: WireAnswer): string {
  return String(JSON.parse(body).code)
}

const REFUSALS = [400, 405, 411, 413, 414, 417, 431, 501, 505]

async function expectRefused(caller: WireCaller, method: string): Promise<WireAnswer> {
  const answer = await caller.answer(method)
  expect(REFUSALS, JSON.stringify(answer)).toContain(answer.status)
  expect(answer.isCut).toBe(false)
  expect(valuesOf(answer.fields, 'connection')).toEqual(['close'])
  // Of a head that cannot be read it is not known that it was HEAD: its refusal may have content. Nothing follows it.
  const rest = await caller.closed()
  const content = method === 'HEAD' ? Number(valuesOf(answer.fields, 'content-length')) : 0
  expect([0, content], rest).toContain(rest.length)
  expect(rest).not.toContain('HTTP/1.1')
  refused.add(test)
  expect(tagsReceived()).toEqual([])
  return answer
}

async function expectCarriedOut(caller: WireCaller, method: string): Promise<void> {
  const first = await caller.answer(method)
  expect([first.status, valuesOf(first.fields, 'x-tag')], JSON.stringify(first)).toEqual([200, [tag('case')]])
  const second = await caller.answer()
  expect([second.status, valuesOf(second.fields, 'x-tag')]).toEqual([200, [tag('next')]])
  caller.destroy()
  expect(tagsReceived()).toEqual([tag('case'), tag('next')])
}

/** Compliant to HTTP, and refused for reasons of the gateway's own: each by its code. */
const OWN_REASONS: readonly (readonly [pattern: RegExp, codes: readonly string[]])[] = [
  // A coding besides chunked (RFC 9112 6.1: 501), one with parameters, or the header twice, which may be a list in two parts.
  [
    /"Transfer-Encoding","[^"]*(?:gzip|identity|;)/,
    ['transfer_coding_not_supported', 'header_ambiguous', 'request_malformed'],
  ],
  // Targets that RFC 3986 does not have, and controls in a path.
  [/%dd=%ee|%09|%0D|%0A|user:pass123|странные/, ['target_malformed', 'request_malformed']],
  // No target at all.
  [/^\["",/, ['request_malformed']],
]

function ownReason(each: Case): readonly string[] | undefined {
  const text = JSON.stringify([each.uri, (each.headers ?? []).map(({ name, value }) => [name, value])])
  return OWN_REASONS.find(([pattern]) => pattern.test(text))?.[1]
}

function casesOf(tier: Tier): readonly (readonly [string, Case])[] {
  return CASES.filter(({ expected }) => expected.tier === tier).map((each) => [
    `${each.file}: ${each.name}`,
    each,
  ])
}

it('the corpus is there, whole', () => {
  expect(CASES, `not there: ${CORPUS}`).toHaveLength(159)
})

describe.each(WAYS)('sent with the headers of the $order, in pieces of $pieces bytes', (way) => {
  describe('what is severe or ambiguous is refused, and the connection ends', () => {
    it.each([...casesOf('Severe'), ...casesOf('Ambiguous')])('%s', async (_, each) => {
      await expectRefused(await send(each, hidden(), way), each.method)
    })
  })

  describe('what is compliant is carried out as it is, or refused for a reason that is named', () => {
    it.each(casesOf('Compliant'))('%s', async (_, each) => {
      const caller = await send(each, contentOf(each), way)
      const codes = ownReason(each)
      if (codes === undefined) return expectCarriedOut(caller, each.method)
      expect(codes).toContain(codeOf(await expectRefused(caller, each.method)))
    })
  })

  describe('what others put up with is refused, or carried out in its one strict reading', () => {
    it.each(casesOf('Acceptable'))('%s', async (_, each) => {
      const caller = await send(each, contentOf(each), way)
      if (each.expected.reason === 'GetHeadZeroContentLength') return expectCarriedOut(caller, each.method)
      await expectRefused(caller, each.method)
    })
  })
})

it('nothing of what was refused arrived later, and nothing hidden ever', () => {
  expect(refused.size).toBeGreaterThan(300)
  const tags = scene.upstream.received.map((each) => each.tag)
  expect(tags.filter((each) => refused.has(Number(each.split('-')[1])))).toEqual([])
  expect(tags.filter((each) => each.startsWith('hidden'))).toEqual([])
})
