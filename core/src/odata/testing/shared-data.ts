import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'

const FOLDER = fileURLToPath(new URL('../../../../../shared/data/odata/', import.meta.url))

/** Whether a file or folder of the shared test data is here. Says so once where it is not. */
export function hasSharedData(path: string): boolean {
  if (existsSync(FOLDER + path)) return true
  console.warn(`Not tested: the shared test data ${path} is not here (${FOLDER}).`)
  return false
}

/** Text of a file of the shared test data. */
export function readSharedData(path: string): string {
  return readFileSync(FOLDER + path, 'utf8')
}

/** A case of OASIS: an input that a rule of the grammar takes, or refuses from the character `FailAt` on. */
export type OasisCase = {
  readonly Name: string
  readonly Rule: string
  readonly Input: string
  readonly FailAt?: number
}

/** Names of the model that the cases are about, by rule of the grammar. */
export type Constraints = Readonly<Record<string, readonly string[]>>

export type OasisSuite = { readonly Constraints: Constraints; readonly TestCases: readonly OasisCase[] }

export const OASIS_FILES = {
  protocol: 'oasis-abnf/odata-abnf-testcases.yaml',
  aggregation: 'oasis-abnf/odata-aggregation-testcases.yaml',
  temporal: 'oasis-abnf/odata-temporal-testcases.yaml',
} as const

/** Cases and names of one of the three files. */
export function readOasisSuite(name: keyof typeof OASIS_FILES): OasisSuite {
  const suite = parse(readSharedData(OASIS_FILES[name])) as {
    readonly Constraints?: Constraints
    readonly TestCases?: readonly (Omit<OasisCase, 'Input'> & { readonly Input?: unknown })[]
  }
  return {
    Constraints: suite.Constraints ?? {},
    TestCases: (suite.TestCases ?? []).map((each) => ({ ...each, Input: String(each.Input ?? '') })),
  }
}
