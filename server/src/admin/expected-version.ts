import type { ExpectedVersion } from '#credentials/use-case.ts'
import { parseIfMatch } from '#http/if-match.ts'
import { refuse } from './answers.ts'
import type { AdminContext } from './deps.ts'

/** The versions that If-Match names, or the answer that refuses the header. Without it: refused, or any. */
export function readExpectedVersion(c: AdminContext, without: 'refuse' | 'any'): ExpectedVersion | Response {
  const header = c.req.header('if-match')
  if (header === undefined) {
    if (without === 'any') return 'any'
    return refuse(c, {
      code: 'precondition_required',
      detail: 'Send the ETag of what you read in If-Match, or "*" to change it whatever it is now.',
    })
  }
  const parsed = parseIfMatch(header)
  if (parsed === undefined) {
    return refuse(c, {
      code: 'header_malformed',
      detail: 'If-Match is "*" or a list of entity tags in double quotes.',
    })
  }
  return parsed === 'any' ? 'any' : parsed.filter((tag) => /^[1-9]\d{0,14}$/.test(tag)).map(Number)
}
