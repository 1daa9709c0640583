import { expect, it } from 'vitest'
import { HAS_CURL } from './support/curl.ts'
import {
  describeFirstCall,
  LANGUAGES_HERE,
  LANGUAGES_OF_DEBIAN,
  languagesOfTheGuide,
} from './support/first-call.ts'

for (const language of LANGUAGES_HERE) if (language !== 'sh' || HAS_CURL) describeFirstCall(language)

it('has two programs in each of five languages, each tested here or by npm run test:interop', () => {
  const tested = [...LANGUAGES_HERE, ...LANGUAGES_OF_DEBIAN]
  expect(tested).toHaveLength(5)
  expect(languagesOfTheGuide().toSorted()).toEqual([...tested, ...tested].toSorted())
})
