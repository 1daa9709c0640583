import type { Scene } from './scene.ts'
import { CREDENTIAL_SCENES } from './scenes-credentials.ts'
import { GATEWAY_SCENES } from './scenes-gateways.ts'
import { PEOPLE_SCENES } from './scenes-people.ts'
import { TOKEN_SCENES } from './scenes-tokens.ts'

/** Every page, drawer and dialog, in the states that people see. */
export const SCENES: readonly Scene[] = [
  ...PEOPLE_SCENES,
  ...CREDENTIAL_SCENES,
  ...TOKEN_SCENES,
  ...GATEWAY_SCENES,
]
