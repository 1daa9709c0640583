import { type BodyReader, createBodyReader, type OnData } from '#gateway/wire/body-reader.ts'
import { type FieldSection, NO_FIELDS } from '#gateway/wire/field-section.ts'
import type { WireAnswer } from '#gateway/wire/head.ts'
import { readAnswerHead } from '#gateway/wire/read-answer-head.ts'
import { HEAD_BYTES_MAX } from '#gateway/wire/read-fields.ts'
import type { AnswerSink } from './exchange-upstream.ts'

/** Of one answer: more than anybody needs (RFC 9110 15.2). */
const INTERIM_ANSWERS_MAX = 8

/** `whole`: the answer has ended. `bad`: it cannot be understood, and nothing after it can. */
type AnswerState = 'head' | 'body' | 'whole' | 'bad'

/** Reads the answers of one connection, one after the other, from bytes alone. */
export type AnswerReader = {
  /** The next answer is one to `method`, for `sink`. */
  readonly begin: (method: string, sink: AnswerSink) => void
  /**
   * Reads on, and tells the sink what comes, but neither onEnd nor onError.
   * @returns the index of the first byte that is not the answer's
   */
  readonly read: (bytes: Buffer, from: number, to: number) => number
  /** The sink hears no more. */
  readonly stop: () => void
  readonly state: () => AnswerState
  /** Once its head is read. */
  readonly head: () => WireAnswer | undefined
  readonly trailers: () => FieldSection
  /** What is wrong, once it is bad. */
  readonly problem: () => string
  /** The sink wants no more until this is false again. It still gets the rest of what was read already. */
  isPaused: boolean
}

type Reading = {
  method: string
  sink: AnswerSink | undefined
  state: AnswerState
  head: WireAnswer | undefined
  body: BodyReader | undefined
  interimAnswers: number
  /** A head that came in pieces; made when there is the first one. */
  held: Buffer | undefined
  heldBytes: number
  problem: string
}

/** Interim answers (RFC 9110 15.2): 100 is passed over, for nobody waits for it here; 101 was never asked for. */
export function createAnswerReader(): AnswerReader {
  const reading: Reading = {
    method: '',
    sink: undefined,
    state: 'whole',
    head: undefined,
    body: undefined,
    interimAnswers: 0,
    held: undefined,
    heldBytes: 0,
    problem: '',
  }
  const onData: OnData = (bytes, start, end) => {
    if (reading.sink?.onData(bytes, start, end) === false) reader.isPaused = true
  }
  const reader: AnswerReader = {
    begin: (method, sink) => {
      reading.method = method
      reading.sink = sink
      reading.state = 'head'
      reading.head = undefined
      reading.body = undefined
      reading.interimAnswers = 0
      reading.heldBytes = 0
      reader.isPaused = false
    },
    read: (bytes, from, to) => {
      let at = from
      while (at < to && reading.state === 'head') at = readHead(reading, bytes, at, to, onData)
      return reading.state === 'body' ? readBody(reading, bytes, at, to) : at
    },
    stop: () => {
      reading.sink = undefined
    },
    state: () => reading.state,
    head: () => reading.head,
    trailers: () => reading.body?.trailers() ?? NO_FIELDS,
    problem: () => reading.problem,
    isPaused: false,
  }
  return reader
}

function readBody(reading: Reading, bytes: Buffer, from: number, to: number): number {
  const { body } = reading
  if (body === undefined || from === to) return from
  const end = body.read(bytes, from, to)
  const state = body.state()
  if (state === 'done') reading.state = 'whole'
  if (state === 'bad') fail(reading, body.problem())
  return end
}

function readHead(reading: Reading, bytes: Buffer, from: number, to: number, onData: OnData): number {
  if (reading.heldBytes > 0) return readHeldHead(reading, bytes, from, to, onData)
  const read = readAnswerHead(bytes, from, to, reading.method)
  if (read === undefined) return hold(reading, bytes, from, to)
  if (!read.ok) {
    fail(reading, read.problem.detail)
    return to
  }
  take(reading, read.head, onData)
  return read.end
}

/** A head of which a part came before. */
function readHeldHead(reading: Reading, bytes: Buffer, from: number, to: number, onData: OnData): number {
  const before = reading.heldBytes
  const next = hold(reading, bytes, from, to)
  const { held } = reading
  if (held === undefined || reading.state === 'bad') return to
  const read = readAnswerHead(held, 0, reading.heldBytes, reading.method)
  if (read === undefined) {
    if (next < to) fail(reading, 'a head that is too long')
    return next
  }
  reading.heldBytes = 0
  if (!read.ok) {
    fail(reading, read.problem.detail)
    return to
  }
  take(reading, read.head, onData)
  return from + read.end - before
}

/** Keeps what has come of a head, as far as there is room. */
function hold(reading: Reading, bytes: Buffer, from: number, to: number): number {
  reading.held ??= Buffer.allocUnsafeSlow(HEAD_BYTES_MAX)
  const end = Math.min(to, from + HEAD_BYTES_MAX - reading.heldBytes)
  if (end === from) fail(reading, 'a head that is too long')
  bytes.copy(reading.held, reading.heldBytes, from, end)
  reading.heldBytes += end - from
  return end
}

function take(reading: Reading, head: WireAnswer, onData: OnData): void {
  if (head.status >= 200) {
    reading.head = head
    reading.state = head.framing.kind === 'none' ? 'whole' : 'body'
    if (reading.state === 'body') reading.body = createBodyReader(head.framing, onData)
    reading.sink?.onHead(head)
    return
  }
  reading.interimAnswers += 1
  if (head.status === 101) fail(reading, 'a change of the protocol that nobody asked for')
  else if (reading.interimAnswers > INTERIM_ANSWERS_MAX) fail(reading, 'too many interim answers')
  else if (head.status !== 100) reading.sink?.onInterim(head.status, head.fields)
}

function fail(reading: Reading, problem: string): void {
  reading.state = 'bad'
  reading.problem = problem
}
