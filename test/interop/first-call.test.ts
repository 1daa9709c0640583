import { describeFirstCall, LANGUAGES_OF_DEBIAN } from '../support/first-call.ts'

for (const language of LANGUAGES_OF_DEBIAN) describeFirstCall(language)
