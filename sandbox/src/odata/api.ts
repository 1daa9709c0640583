import type { EnterpriseOptions } from '#enterprise/api.ts'
import { checkSignIn } from '#enterprise/sign-in.ts'
import { Refusal } from '#refusal.ts'
import { splitPath } from '#routes.ts'
import { metadataDocument, serviceDocument } from './metadata.ts'
import { createModel } from './model.ts'
import { type Asked, readOptions } from './options.ts'
import { checkShape, published, type Source, selectRows, shapeRow } from './read.ts'
import { findTarget, type Target } from './target.ts'

const PAGE_SIZE = 50
const JSON_TYPE = 'application/json;odata.metadata=minimal'

/** Serves the OData service whose root is `prefix`. It reads the rows that v1 writes. */
export function createOData(
  prefix: string,
  { records, settings, now }: EnterpriseOptions,
): (request: Request) => Response {
  const source: Source = { tables: records.tables, model: createModel(records.model) }
  return (request) => {
    try {
      const signIn = checkSignIn({
        authorization: request.headers.get('authorization') ?? undefined,
        nowSeconds: Math.floor(now() / 1000),
        expected: settings,
      })
      if (signIn.kind === 'refused') return unauthorized(signIn.reason)
      return answer(source, prefix, request)
    } catch (error) {
      if (error instanceof Refusal) return failure(error.status, error.message)
      throw error
    }
  }
}

function answer(source: Source, prefix: string, request: Request): Response {
  const { pathname, search } = new URL(request.url)
  const path = pathname.slice(prefix.length)
  const segments = splitPath(path)
  if (request.method !== 'GET')
    throw new Refusal(405, `${request.method} is not supported; this service is read only.`)
  const root = rootOf(request, prefix)
  if (path === '' || path === '/') return json(serviceDocument(source.model, root))
  if (path === '/$metadata')
    return new Response(metadataDocument(source.model), { headers: { 'Content-Type': 'application/xml' } })
  const target = findTarget(source, segments)
  const asked = readOptions(search, [...target.set.navigations.keys()])
  return answerTarget(source, target, { asked, root, path: path.replace(/\/$/, '') })
}

type Frame = { readonly asked: Asked; readonly root: string; readonly path: string }

function answerTarget(source: Source, target: Target, { asked, root, path }: Frame): Response {
  const { options } = asked
  const { set } = target
  const context = `${root}/$metadata#${set.name}`
  checkShape(source, set, options)
  switch (target.kind) {
    case 'rows':
      return answerRows(source, target, { asked, root, path })
    case 'count': {
      const rows = selectRows(source, set, { rows: target.rows, options })
      return new Response(String(rows.length), { headers: { 'Content-Type': 'text/plain' } })
    }
    case 'row':
      return json({
        '@odata.context': `${context}/$entity`,
        ...shapeRow(source, set, { row: target.row, options }),
      })
    case 'value': {
      const property = set.properties.get(target.property)
      const value = published(target.row[property?.column ?? ''] ?? null, property?.type === 'date')
      return json({ '@odata.context': `${context}/${target.property}`, value })
    }
  }
}

/** At most one page; $top counts over all pages together, $skip before the first. */
function answerRows(
  source: Source,
  { set, rows }: Target & { readonly kind: 'rows' },
  frame: Frame,
): Response {
  const { asked, root, path } = frame
  const { options, skipToken } = asked
  const selected = selectRows(source, set, { rows, options })
  const { skip = 0, top = selected.length } = options
  const wanted = selected.slice(skip, skip + top)
  const end = skipToken + PAGE_SIZE
  return json({
    '@odata.context': `${root}/$metadata#${set.name}`,
    ...(options.count === true && { '@odata.count': selected.length }),
    value: wanted.slice(skipToken, end).map((row) => shapeRow(source, set, { row, options })),
    ...(end < wanted.length && { '@odata.nextLink': `${root}${path}${asked.page(end)}` }),
  })
}

/** The address under which the caller sees the service: a gateway in front says so in its headers. */
function rootOf(request: Request, prefix: string): string {
  const own = new URL(request.url)
  const protocol = request.headers.get('x-forwarded-proto') ?? own.protocol.replace(':', '')
  const host = request.headers.get('x-forwarded-host') ?? own.host
  const path = request.headers.get('x-forwarded-prefix') ?? prefix
  return `${protocol}://${host}${path.replace(/\/$/, '')}`
}

function json(body: object): Response {
  return new Response(JSON.stringify(body), {
    headers: { 'Content-Type': JSON_TYPE, 'OData-Version': '4.0' },
  })
}

function unauthorized(reason: string): Response {
  const response = failure(401, reason)
  response.headers.set('WWW-Authenticate', `Bearer error="invalid_token", error_description="${reason}"`)
  return response
}

const CODES: Readonly<Record<Refusal['status'], string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  409: 'Conflict',
}

function failure(status: Refusal['status'], message: string): Response {
  const response = json({ error: { code: CODES[status], message } })
  return new Response(response.body, { status, headers: response.headers })
}
