import { ID_WORDS } from './binary-id.ts'
import type { EndpointNumbers } from './endpoint-set.ts'
import { createRowIndex, type RowIndex } from './row-index.ts'
import { AT, DIGEST_WORDS, ROW_WORDS } from './row-layout.ts'
import { createRows, type Rows } from './rows.ts'
import { createSparseColumn, type SparseColumn } from './sparse-column.ts'
import { createStandings, type Standings } from './standings.ts'
import { createViews, type Views } from './views.ts'

/** What is known of tokens and credentials, in rows; and beside them whatever is not of the usual form. */
export type TableParts = {
  readonly rows: Rows
  /** Rows of tokens by digest. Where credentials have one in common, it is the one that came last. */
  readonly tokens: RowIndex
  /** First rows of credentials by id. */
  readonly credentials: RowIndex
  readonly standings: Standings
  /** Of a credential's tokens: the row of the next one. */
  readonly next: SparseColumn
  readonly revokedAt: SparseColumn
  readonly odd: {
    readonly credentials: Map<string, number>
    readonly credentialIds: Map<number, string>
    readonly tokenIds: Map<number, string>
    readonly expiries: Map<number, number>
  }
  readonly views: Views
  count: number
}

export function createTableParts(numbersOf: (tenantId: string) => EndpointNumbers): TableParts {
  const rows = createRows(ROW_WORDS)
  return {
    rows,
    tokens: createRowIndex({ rows, width: ROW_WORDS, at: AT.digest, length: DIGEST_WORDS }),
    credentials: createRowIndex({ rows, width: ROW_WORDS, at: AT.credential, length: ID_WORDS }),
    standings: createStandings(numbersOf),
    next: createSparseColumn((length) => new Uint32Array(length)),
    revokedAt: createSparseColumn((length) => new Float64Array(length)),
    odd: {
      credentials: new Map(),
      credentialIds: new Map(),
      tokenIds: new Map(),
      expiries: new Map(),
    },
    views: createViews(),
    count: 0,
  }
}
