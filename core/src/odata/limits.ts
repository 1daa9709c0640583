/** Bounds of what is read (odata.md section 4). Beyond one of them a request is refused, the limit named. */
export const LIMITS = {
  urlLength: 8192,
  queryBodyLength: 32_768,
  pathSegments: 32,
  expressionNodes: 500,
  nesting: 32,
  expandDepth: 6,
  expandItems: 50,
  levels: 6,
  batchParts: 100,
  batchBytes: 8 * 1024 * 1024,
  bodyBytes: 8 * 1024 * 1024,
  jsonDepth: 32,
  /** Links to entities (`@odata.bind`, `@odata.id`) in one body. */
  bodyReferences: 1000,
  /** Entities and complex values in one body. */
  bodyObjects: 100_000,
  answerBytes: 32 * 1024 * 1024,
} as const

export type LimitName = keyof typeof LIMITS
