import type { BatchPart } from './batch.ts'
import type { Headers } from './headers.ts'

/** One answer in the answer to a batch. */
export type BatchResponse = {
  /** The request that it answers; the first of the group where `whole`. */
  readonly part: BatchPart
  /** It stands for all requests of a change set or atomicity group, which has failed. */
  readonly whole: boolean
  readonly status: number
  /** Names in lower case. */
  readonly headers: Headers
  /**
   * In a multipart batch the bytes of the body; in a JSON batch the raw JSON value, which is a string unless the type
   * is JSON. Empty where there is none.
   */
  readonly body: Uint8Array
}

/** The answer to a batch, every response with its request. */
export type BatchAnswer = {
  readonly ok: true
  readonly format: 'multipart' | 'json'
  readonly responses: readonly BatchResponse[]
}

/** Why the upstream's answer is not passed on. For operators, not for callers. */
export type BatchAnswerProblem = { readonly ok: false; readonly problem: string }
