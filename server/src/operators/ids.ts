import type { RandomBytes } from '@stagedoor/core/token.ts'
import { newId } from '#storage/new-id.ts'

const PREFIX_OF = {
  user: 'opr',
  session: 'ses',
  account: 'acc',
  verification: 'ver',
  twoFactor: 'two',
} as const

/** The id of a row that Better Auth makes. */
export function newModelId(model: string, randomBytes: RandomBytes): string {
  if (!isModel(model)) throw new Error(`there is no table for the model ${model}`)
  return newId(PREFIX_OF[model], randomBytes)
}

function isModel(model: string): model is keyof typeof PREFIX_OF {
  return Object.hasOwn(PREFIX_OF, model)
}
