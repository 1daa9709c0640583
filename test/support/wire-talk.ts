import { expect } from 'vitest'
import { valuesOf, type WireAnswer } from './wire-answers.ts'
import { openCaller, type WireCaller } from './wire-caller.ts'
import { EVENTS, MOUNT, taggedRequest, type WireScene } from './wire-scene.ts'
import { tagged, type WireRequest } from './wire-upstream.ts'

let count = 0
/** A tag that no other request has. */
export function newTag(name = 'case'): string {
  count += 1
  return `${name}-${count}`
}

/**
 * Bytes from a text in which `{get}`, `{post}` and `{put}` stand for the targets of endpoints, and `{auth}` for the lines with
 * the token and the tag. Line ends are written out.
 */
export function fillIn(scene: WireScene, text: string, tag: string): string {
  return text
    .replaceAll('{get}', EVENTS)
    .replaceAll('{post}', `${MOUNT}/Events`)
    .replaceAll('{put}', `${EVENTS}/7`)
    .replaceAll('{auth}', `Authorization: Bearer ${scene.token}\r\nX-Tag: ${tag}`)
}

/** What arrived with this tag. */
export function arrived({ upstream }: WireScene, tag: string): readonly WireRequest[] {
  expect(upstream.unreadable).toEqual([])
  return upstream.received.filter((each) => each.tag === tag)
}

/** The status of an answer and the code of the problem in it. */
export function statusAndCode({ status, body }: WireAnswer): string {
  return body.startsWith('{') && status >= 400 ? `${status} ${JSON.parse(body).code}` : String(status)
}

/**
 * Sends bytes and behind them a good request: expects one answer, a refusal, that the connection ends with it, and that
 * neither of the two reaches the upstream.
 */
export async function expectRefusal(scene: WireScene, text: string, method = 'GET'): Promise<WireAnswer> {
  const [tag, next] = [newTag(), newTag('next')]
  const caller = await openCaller(scene.url)
  caller.send(fillIn(scene, text, tag) + taggedRequest(scene.token, next))
  const answer = await caller.answer(method)
  expect(answer.status, JSON.stringify(answer)).toBeGreaterThanOrEqual(400)
  expect(answer.isCut).toBe(false)
  expect(valuesOf(answer.fields, 'connection')).toEqual(['close'])
  expect(await caller.closed()).toBe('')
  expect([...arrived(scene, tag), ...arrived(scene, next)]).toEqual([])
  return answer
}

/** Sends bytes and behind them a good request: expects two answers, each to its own. */
export async function expectTwoAnswers(
  scene: WireScene,
  text: string,
  method = 'GET',
): Promise<{ readonly answer: WireAnswer; readonly request: WireRequest }> {
  const [tag, next] = [newTag(), newTag('next')]
  const caller = await openCaller(scene.url)
  caller.send(fillIn(scene, text, tag) + taggedRequest(scene.token, next))
  const answer = await caller.answer(method)
  expect([answer.status, valuesOf(answer.fields, 'x-tag')], JSON.stringify(answer)).toEqual([200, [tag]])
  await expectTag(caller, next)
  caller.destroy()
  const [request, ...others] = arrived(scene, tag)
  expect(others).toEqual([])
  if (request === undefined) throw new Error('nothing arrived')
  return { answer, request }
}

/** The next answer is that of the tag. */
export async function expectTag(caller: WireCaller, tag: string, method = 'GET'): Promise<void> {
  const answer = await caller.answer(method)
  expect([answer.status, valuesOf(answer.fields, 'x-tag'), answer.isCut], JSON.stringify(answer)).toEqual([
    200,
    [tag],
    false,
  ])
  expect(answer.body).toBe(tagged(tag, method).split('\r\n\r\n')[1])
}
