import type { FieldError } from '#credentials/use-case.ts'
import { operatorEmailProblem } from './email.ts'

const NAME_LENGTH_MAX = 100
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u

/** What is wrong with a name and a normalised address, by field. */
export function checkOperatorFields({
  name,
  email,
}: {
  readonly name: string
  readonly email?: string | undefined
}): readonly FieldError[] {
  const nameProblem = problemOfName(name)
  const emailProblem = email === undefined ? undefined : operatorEmailProblem(email)
  return [
    ...(nameProblem === undefined ? [] : [{ field: '/name', message: nameProblem }]),
    ...(emailProblem === undefined ? [] : [{ field: '/email', message: emailProblem }]),
  ]
}

function problemOfName(name: string): string | undefined {
  const { length } = Array.from(name.trim())
  if (length === 0) return 'A name needs at least one character that is not a space.'
  if (length > NAME_LENGTH_MAX) return `A name has at most ${NAME_LENGTH_MAX} characters.`
  return UNPRINTABLE.test(name) ? 'A name has no control characters.' : undefined
}
