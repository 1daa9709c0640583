import { Buffer } from 'node:buffer'
import type { AnalyseOptions, ExpectedBody } from '#odata/analysis.ts'
import { analyseBody } from '#odata/body/analyse-body.ts'
import type { BodyOptions } from '#odata/body/context.ts'
import { readModel } from '#odata/csdl/read-model.ts'
import { analyseTarget } from '#odata/request/analyse-target.ts'
import { worldCsdl } from '#odata/testing/world-csdl.ts'

export const model = readModel(bodyCsdl())
export const options: AnalyseOptions = {
  roots: { origins: ['http://host'], mount: '/service' },
  openPageToken: () => undefined,
}

/** The small service, with what only bodies can tell apart. */
function bodyCsdl(): Record<string, unknown> {
  const csdl = worldCsdl()
  const schema = csdl['EM'] as Record<string, object>
  const parameter = (name: string, type: string, more = {}) => ({ $Name: name, $Type: type, ...more })
  return {
    ...csdl,
    EM: {
      ...schema,
      Note: { $Kind: 'EntityType', $Key: ['ID'], ID: {}, $OpenType: true },
      Blob: { $Kind: 'EntityType', $Key: ['ID'], ID: {}, $HasStream: true },
      Secret: { $Kind: 'EntityType', $Key: ['ID'], ID: {}, '@Stagedoor.Undescribed': true },
      Shape: {
        $Kind: 'EntityType',
        $Key: ['ID'],
        ID: {},
        At: { $Type: 'Edm.GeographyPoint' },
        More: { $Type: 'Edm.Untyped' },
      },
      Move: [
        {
          $Kind: 'Action',
          $Parameter: [
            parameter('account', 'EM.Account'),
            parameter('events', 'EM.Event', { $Collection: true }),
            parameter('place', 'EM.Place'),
            parameter('count', 'Edm.Int32'),
          ],
        },
        { $Kind: 'Action', $Parameter: [parameter('person', 'EM.Person')] },
      ],
      Container: {
        ...schema['Container'],
        Notes: { $Collection: true, $Type: 'EM.Note' },
        Blobs: { $Collection: true, $Type: 'EM.Blob' },
        Secrets: { $Collection: true, $Type: 'EM.Secret' },
        Shapes: { $Collection: true, $Type: 'EM.Shape' },
        Move: { $Action: 'EM.Move' },
      },
    },
  }
}

type More = Partial<BodyOptions> & { readonly contentType?: string | undefined; readonly ifMatch?: boolean }

/** The body of a request to this address, as the address says what it has to be. */
function expectedAt(method: string, text: string, ifMatch = true): ExpectedBody {
  const analysis = analyseTarget(model, { method, text, ifMatch }, options)
  if (!analysis.ok) throw new Error(`${method} ${text}: ${analysis.problem}`)
  return analysis.body
}

export function send(method: string, text: string, body: unknown, more: More = {}) {
  const bytes = Buffer.isBuffer(body)
    ? body
    : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  const contentType = 'contentType' in more ? more.contentType : 'application/json'
  return analyseBody(
    model,
    { bytes, contentType, expected: expectedAt(method, text, more.ifMatch) },
    { ...options, ...more },
  )
}

/** What the body touches, sorted; `?` for what nobody can know. Problems are their codes. */
export function touched(
  method: string,
  text: string,
  body: unknown,
  more: More = {},
): readonly string[] | string {
  const answer = send(method, text, body, more)
  if (!answer.ok) return answer.code
  return [
    ...answer.touches.map(({ endpoint }) => endpoint),
    ...(answer.unknownReach.length > 0 ? ['?'] : []),
  ].toSorted()
}
