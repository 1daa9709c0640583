import { hash } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { tokenHint } from '@stagedoor/core/token.ts'
import type { NewCredential } from './traffic.ts'

/**
 * Puts credentials into the database of a Stagedoor that does not run, as its admin API would have: a million calls of that
 * would take hours. Gives them as they were made.
 */
export function storeCredentials(
  path: string,
  tenantId: string,
  credentials: Iterable<NewCredential>,
): readonly NewCredential[] {
  const database = new DatabaseSync(path)
  // Nobody reads it meanwhile, and what breaks is made anew. The program goes back to WAL when it opens it.
  database.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000; BEGIN')
  const credential = database.prepare(`insert into credentials
    (id, tenant_id, title, title_key, description, search_key, authentication_method, active,
     allowed_endpoints, allowed_endpoints_count, version, created_at, updated_at)
    values (?, ?, ?, ?, '', ?, 'api_token', 1, ?, ?, 1, ?, ?)`)
  const token = database.prepare(
    "insert into tokens (id, credential_id, kind, digest, hint, issued_at) values (?, ?, 'api', ?, ?, ?)",
  )
  const written = new Map<readonly string[], string>()
  const stored: NewCredential[] = []
  const now = Date.now()
  for (const each of credentials) {
    const name = String(stored.length).padStart(8, '0')
    const [id, title] = [`crd_bench${name}`, `bench ${name}`]
    const list = written.get(each.endpoints) ?? writeList(each.endpoints)
    if (each.endpoints.length > 10) written.set(each.endpoints, list)
    credential.run(id, tenantId, title, title, title, list, each.endpoints.length, now, now)
    token.run(`tok_bench${name}`, id, hash('sha256', each.token), tokenHint(each.token), now)
    stored.push(each)
  }
  database.exec('COMMIT')
  database.close()
  return stored
}

function writeList(endpoints: readonly string[]): string {
  return JSON.stringify({ kind: 'only', endpoints: [...new Set(endpoints)].toSorted() })
}
