import type { Page } from 'playwright-core'
import type { Operator } from '../support/operators.ts'
import type { Stagedoor } from '../support/stagedoor.ts'

/** What the scenes play in: an Enterprise tenant with a few credentials, an Elite one with none. */
export type Stage = {
  readonly door: Stagedoor
  readonly admin: Operator
  readonly user: Operator
  /** Has a second factor. */
  readonly careful: Operator
}

/** One state of the console that people see: checked for accessibility in both themes, and photographed. */
export type Scene = {
  readonly name: string
  readonly as: 'nobody' | 'admin' | 'user' | 'careful'
  readonly open: (page: Page, stage: Stage) => Promise<void>
}

export const ENTERPRISE = 'tnt_harbourview'
export const ELITE = 'tnt_northlight'

export const LIST = `/tenants/${ENTERPRISE}/apis/credentials`

let made = 0
/** A title that no scene has used yet. */
export function freshTitle(): string {
  made += 1
  return `Partner ${made}`
}
