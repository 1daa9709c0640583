import { describe, expect, it } from 'vitest'
import { ApiError } from '#api/api-error.ts'
import { withAdvice } from './advice.ts'

const refusal = { title: 'Not like this', status: 409, requestId: 'req_1' }

describe('a refusal about users', () => {
  it('says what to do', () => {
    const advised = withAdvice(new ApiError({ ...refusal, code: 'last_customer_admin' }))
    expect(advised).toMatchObject({ ...refusal, detail: expect.stringContaining('somebody else') })
  })

  it('keeps what the server says, and what is not known here', () => {
    const detailed = new ApiError({ ...refusal, code: 'last_customer_admin', detail: 'Because.' })
    const unknown = new ApiError({ ...refusal, code: 'constructor' })
    const other = new Error('broken')
    for (const error of [detailed, unknown, other]) expect(withAdvice(error)).toBe(error)
  })
})
