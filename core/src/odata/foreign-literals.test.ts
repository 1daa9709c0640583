import { describe, expect, it } from 'vitest'
import { asSent } from './testing/case-requests.ts'
import { analyse, worldModel } from './testing/requests.ts'
import { hasSharedData, readSharedData } from './testing/shared-data.ts'

const FILES = ['olingo/olingo-uri-literals.json', 'odata.net/odata.net-uri-literals.json'] as const

describe.each(FILES)('Addresses out of the tests of other implementations: %s', (file) => {
  const here = hasSharedData(file)

  it.skipIf(!here)(
    'are accepted or refused, as they are and as options of a set, and never make it throw',
    () => {
      const model = worldModel()
      const literals = stringsOf(JSON.parse(readSharedData(file)))
      let answered = 0
      for (const literal of literals) {
        for (const text of [literal, `/${literal}`, `/Events?${literal}`, `/Events?$filter=${literal}`]) {
          for (const one of [text, asSent(text)]) {
            const answer = analyse(model, 'GET', one)
            if (answer.ok)
              expect(analyse(model, 'GET', answer.target), one).toMatchObject({ target: answer.target })
            answered += 1
          }
        }
      }
      expect(answered).toBe(literals.length * 8)
      expect(answered).toBeGreaterThan(1000)
    },
  )
})

function stringsOf(json: unknown): readonly string[] {
  if (typeof json === 'string') return [json]
  if (typeof json !== 'object' || json === null) return []
  return Object.values(json).flatMap(stringsOf)
}
