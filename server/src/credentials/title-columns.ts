import { titleKey } from '@stagedoor/core/credential.ts'

/** The columns that follow from title and description. */
export function titleColumns(
  title: string,
  description: string,
): {
  readonly title: string
  readonly title_key: string
  readonly description: string
  readonly search_key: string
} {
  const key = titleKey(title)
  return { title: title.trim(), title_key: key, description, search_key: `${key}\n${titleKey(description)}` }
}
