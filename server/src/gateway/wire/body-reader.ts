import { createChunkedReader } from './chunked-reader.ts'
import { type FieldSection, NO_FIELDS } from './field-section.ts'
import type { Framing } from './head.ts'

/** Reads one body, in as many pieces as its bytes come. */
export type BodyReader = {
  /**
   * Reads on, and gives each piece of content to `onData`.
   * @returns the index of the first byte that is not the body's; `to` while it goes on
   */
  readonly read: (bytes: Buffer, from: number, to: number) => number
  /** `bad`: the framing is broken, and nothing after it can be trusted. */
  readonly state: () => BodyState
  /** Once it is done. */
  readonly trailers: () => FieldSection
  /** What is wrong, once it is bad. */
  readonly problem: () => string
}

export type BodyState = 'more' | 'done' | 'bad'

export type OnData = (bytes: Buffer, start: number, end: number) => void

/** A reader for a body of this framing. `close` is never done: the connection's end is its end. */
export function createBodyReader(framing: Framing, onData: OnData): BodyReader {
  switch (framing.kind) {
    case 'none':
      return countedReader(0, onData)
    case 'length':
      return countedReader(framing.length, onData)
    case 'chunked':
      return createChunkedReader(onData)
    case 'close':
      return countedReader(Number.POSITIVE_INFINITY, onData)
  }
}

function countedReader(length: number, onData: OnData): BodyReader {
  let left = length
  return {
    read: (bytes, from, to) => {
      const end = Math.min(to, from + left)
      if (end === from) return from
      left -= end - from
      onData(bytes, from, end)
      return end
    },
    state: () => (left === 0 ? 'done' : 'more'),
    trailers: () => NO_FIELDS,
    problem: () => '',
  }
}
