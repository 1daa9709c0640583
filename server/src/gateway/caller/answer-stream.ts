import { Writable } from 'node:stream'
import type { CallerAnswer } from './caller-call.ts'

/** The rest of an answer's body as a stream. Destroying it before its end cuts the connection. */
export function answerStream(answer: CallerAnswer): Writable {
  let isEnded = false
  const stream = new Writable({
    write: (bytes: Buffer, _encoding, done) => {
      if (answer.write(bytes)) done()
      else answer.onDrain(done)
    },
    final: (done) => {
      isEnded = true
      answer.end()
      answer.onClose(done)
    },
    destroy: (error, done) => {
      if (!isEnded) answer.destroy()
      done(error)
    },
  })
  answer.onClose(() => {
    if (!isEnded) stream.destroy(new Error('the caller went away'))
  })
  return stream
}
