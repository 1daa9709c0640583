import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

/** How many endpoints a router must tell apart. */
export const ENDPOINTS = 1_000

const CATALOGS = resolve(import.meta.dirname, '../../catalogs')
const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const

/** One operation of a published API. */
export type Endpoint = {
  /** As Stagedoor names it. */
  readonly id: string
  readonly method: string
  /** Path template at the gateway: `/elite/connect/api/v1/accounts/{accountId}`. */
  readonly path: string
}

export type BenchCatalog = { readonly id: string; readonly mount: string; readonly document: string }

type Document = { readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>> }

/** The two REST catalogs that come along; `rest` is the path of the document that `restDocument` gives. */
export function benchCatalogs(rest: string): readonly BenchCatalog[] {
  return [
    { id: 'enterprise', mount: '/enterprise/connect/api', document: `${CATALOGS}/enterprise.openapi.json` },
    { id: 'elite', mount: '/elite/connect/api', document: `${CATALOGS}/elite.openapi.json` },
    { id: 'rest', mount: '/rest', document: rest },
  ]
}

/** A document with what the catalogs that come along lack to 1,000 endpoints. */
export function restDocument(): object {
  const lacking = ENDPOINTS - benchCatalogs('').slice(0, 2).flatMap(countOperations).length
  const paths = Array.from({ length: lacking }, (_, index) => [
    `/things-${index}/{Id}`,
    { get: operation(index) },
  ])
  return {
    openapi: '3.1.0',
    info: { title: 'The rest', version: '1' },
    servers: [{ url: '/' }],
    paths: Object.fromEntries(paths),
  }
}

function operation(index: number): object {
  return {
    operationId: `GetThing${index}`,
    parameters: [{ name: 'Id', in: 'path', required: true, schema: { type: 'string' } }],
    responses: { default: { description: 'A thing.' } },
  }
}

function countOperations({ document }: BenchCatalog): readonly string[] {
  const { paths }: Document = JSON.parse(readFileSync(document, 'utf8'))
  return Object.values(paths).flatMap((item) => METHODS.filter((method) => item[method] !== undefined))
}
