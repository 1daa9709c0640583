import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { createClient } from './client.ts'
import { bodyFor, keyFor, queryFor } from './plausible.ts'

type Listed = { readonly api: string; readonly method: string; readonly path: string; readonly core: boolean }

// Lies beside the checkout, not in it.
const LIST = fileURLToPath(new URL('../../../../shared/data/momentus-endpoints.json', import.meta.url))
const listed: readonly Listed[] = existsSync(LIST) ? JSON.parse(readFileSync(LIST, 'utf8')) : []
const core = listed.filter((row) => row.core)

describe.skipIf(core.length === 0)('every core operation of the published lists', () => {
  const client = createClient()

  it('are 227', () => {
    expect(core).toHaveLength(227)
  })

  it.each(core)('$method $path answers', async ({ api, method, path }) => {
    // Deletes run against rows of their own, so that the order of the list does not matter.
    const { enterprise, odata, elite } = createClient()
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(keyFor(path, name)))
    const body = method === 'POST' || method === 'PUT' ? bodyFor(api, method, path) : undefined
    const options = { method, ...(body !== undefined && { body }) }
    const query = queryFor(path)
    const response = filled.startsWith('/enterprise/connect')
      ? await enterprise(filled.replace('/enterprise/connect/api', ''), options)
      : api === 'elite'
        ? await elite(filled.replace('/v1', '') + query, options)
        : api === 'odata'
          ? await odata(filled.replace('/odata', '') + query, options)
          : await enterprise(filled.replace('/api/v1', '') + query, options)
    expect(response.status, await response.clone().text()).toBe(method === 'DELETE' ? 204 : 200)
  })

  it('and an unknown one does not', async () => {
    expect((await client.enterprise('/Nothing/10?search=All')).status).toBe(404)
  })
})

if (core.length === 0) console.log(`core-operations.test.ts: skipped, there is no ${LIST}`)
