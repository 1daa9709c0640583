import { createHash, hash } from 'node:crypto'
import type { Catalog, Endpoint } from '@stagedoor/core/catalog/endpoint.ts'
import type { PolicyRecord, PolicyToken } from '@stagedoor/core/policy-record.ts'
import type { Tenant } from '@stagedoor/core/tenant.ts'

/** A digest as a gateway asks by it. */
export function binaryDigest(hex: string): string {
  return Buffer.from(hex, 'hex').toString('latin1')
}

/** The digest of the token of this number, in hex. */
export function digestOf(token: number): string {
  return hash('sha256', `token ${token}`)
}

/** 24 hex digits that look random and are the same each time. */
export function idOf(prefix: string, number: number): string {
  return `${prefix}_${createHash('sha256').update(`${prefix} ${number}`).digest('hex').slice(0, 24)}`
}

export function tokenRecord(token: number, more: Partial<PolicyToken> = {}): PolicyToken {
  return {
    id: idOf('tok', token),
    kind: 'api',
    digest: digestOf(token),
    expiresAt: undefined,
    revokedAt: undefined,
    ...more,
  }
}

export function credentialRecord(credential: number, more: Partial<PolicyRecord> = {}): PolicyRecord {
  return {
    id: idOf('cred', credential),
    tenantId: 'tnt_one',
    active: true,
    deleted: false,
    allowedEndpoints: { kind: 'all' },
    tokens: [tokenRecord(credential)],
    ...more,
  }
}

function endpoint(catalog: string, number: number): Endpoint {
  const path = `/${catalog}/things/${number}`
  return {
    id: `${catalog}:GET:${path}`,
    catalog,
    operation: `Get${number}`,
    method: 'GET',
    path,
    title: `Get ${number}`,
    resource: 'Things',
    effect: 'read',
  }
}

/** A catalog of so many endpoints. */
export function testCatalog(id: string, count: number): Catalog {
  const endpoints = Array.from({ length: count }, (_, number) => endpoint(id, number))
  return {
    id,
    title: id,
    kind: 'openapi',
    mount: `/${id}`,
    rules: { caseSensitive: true, trailingSlashTolerated: false },
    endpoints,
    forms: endpoints.map((each) => ({
      endpoint: each,
      template: each.path.slice(id.length + 1),
      query: [],
      upstreamPrefix: '',
    })),
  }
}

export function testTenant(id: string, catalogs: readonly Catalog[]): Tenant {
  return { id, name: id, edition: 'enterprise', catalogs }
}
