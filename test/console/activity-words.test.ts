import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { activity } from '../../console/src/words/activity.ts'
import { ROOT } from '../support/stagedoor.ts'

/** Names of the actions that the server records of credentials, read from its source. */
function recordedActions(): readonly string[] {
  const files = globSync('server/src/**/*.ts', { cwd: ROOT, exclude: ['**/*.test.ts', '**/test/**'] })
  return files
    .map((file) => readFileSync(join(ROOT, file), 'utf8'))
    .filter((text) => text.includes('recordChange(trx'))
    .flatMap((text) => [...text.matchAll(/\baction(?::| =) '(\w+)'/g)].map(([, action = '']) => action))
}

it('everything that the server records of a credential has words in the console, and nothing else has', () => {
  const recorded = [...new Set(recordedActions())].toSorted()
  expect(recorded).toContain('refresh_token_reused')
  expect(Object.keys(activity.actions).toSorted()).toEqual(recorded)
})
