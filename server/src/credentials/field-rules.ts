import { TITLE_LENGTH_MAX } from '@stagedoor/core/credential.ts'

export const DESCRIPTION_LENGTH_MAX = 2000
export const EMAIL_LENGTH_MAX = 254
export const PASSWORD_LENGTH_MIN = 15
export const PASSWORD_BYTES_MAX = 1024

// Control characters, line separators and halves of surrogate pairs: invisible, and not the same on every screen.
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u
const UNPRINTABLE_IN_LINES = /[\p{Cs}]|(?![\t\n\r])\p{Cc}/u
const EMAIL = /^[^\s@<>"(),:;[\]\\]+@[^\s@<>"(),:;[\]\\.]+(?:\.[^\s@<>"(),:;[\]\\.]+)*$/

/** What is wrong with a title, or undefined. Lengths count code points, after trimming. */
export function titleProblem(title: string): string | undefined {
  const length = countCodePoints(title.trim(), TITLE_LENGTH_MAX)
  if (length === 0) return 'A title needs at least one character that is not a space.'
  if (length > TITLE_LENGTH_MAX) return `A title has at most ${TITLE_LENGTH_MAX} characters.`
  return UNPRINTABLE.test(title) ? 'A title has no control characters.' : undefined
}

export function descriptionProblem(description: string): string | undefined {
  if (countCodePoints(description, DESCRIPTION_LENGTH_MAX) > DESCRIPTION_LENGTH_MAX) {
    return `A description has at most ${DESCRIPTION_LENGTH_MAX} characters.`
  }
  return UNPRINTABLE_IN_LINES.test(description)
    ? 'A description has no control characters but tabs and new lines.'
    : undefined
}

export function emailProblem(email: string): string | undefined {
  if (email.length > EMAIL_LENGTH_MAX) return `An e-mail address has at most ${EMAIL_LENGTH_MAX} characters.`
  return EMAIL.test(email) && !UNPRINTABLE.test(email) ? undefined : 'This is not an e-mail address.'
}

/** Any characters, spaces too; nothing is cut off or folded (NIST SP 800-63B-4, 3.1.1.2). */
export function passwordProblem(password: string): string | undefined {
  if (Buffer.byteLength(password) > PASSWORD_BYTES_MAX)
    return `A password has at most ${PASSWORD_BYTES_MAX} bytes in UTF-8.`
  if (countCodePoints(password, PASSWORD_LENGTH_MIN) < PASSWORD_LENGTH_MIN) {
    return `A password has at least ${PASSWORD_LENGTH_MIN} characters.`
  }
  return password.isWellFormed() ? undefined : 'A password is made of whole Unicode characters.'
}

/** Counts up to one past `max`: nobody needs to know how long a megabyte is. */
function countCodePoints(text: string, max: number): number {
  let count = 0
  for (const _ of text) {
    count += 1
    if (count > max) break
  }
  return count
}
