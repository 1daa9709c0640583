import type { Analysis, ODataRequest } from '#odata/analysis.ts'
import type { SourceText } from '#odata/text/source-text.ts'
import { refuseAt } from '#odata/text/source-text.ts'
import { createRecorder } from '#odata/touches.ts'
import { decidingMethod } from './methods.ts'
import { foldAscii } from './option-names.ts'
import { readFormat } from './plain-options.ts'
import { refuseKind, refuseMethod } from './problem.ts'
import type { RequestOptions } from './request-options.ts'
import { writeTarget } from './write-target.ts'

type Kind = Exclude<Analysis['kind'], 'resource'>

/** The service document, `$metadata` and `$batch`: what is not a resource of the model. Undefined for anything else. */
export function systemResource(segments: readonly SourceText[]): Kind | undefined {
  const [first, ...others] = segments
  if (!first) return 'service_document'
  if (others.length > 0) return undefined
  if (first.text === '$metadata') return 'metadata'
  return first.text === '$batch' ? 'batch' : undefined
}

/** Analyses one of them: it touches no endpoint by itself. */
export function analyseSystemResource(kind: Kind, request: ODataRequest, options: RequestOptions): Analysis {
  const end = request.text.indexOf('?')
  const spot = { in: 'path', at: [0, end < 0 ? request.text.length : end] as const }
  const allowed = kind === 'batch' ? 'POST' : 'GET'
  if (decidingMethod(request.method) !== allowed) refuseMethod(request.method, [allowed], spot)
  const written: string[] = []
  for (const [name, source] of [...options.system, ...options.aliases]) {
    if (name !== '$format' || options.dialect) {
      refuseKind(`${name} is no option of this address`, {
        in: name,
        at: [source.at(0), source.at(source.text.length)],
      })
    }
    written.push(`$format=${kind === 'metadata' ? readDocumentFormat(source) : readFormat(source)}`)
  }
  const segment = kind === 'service_document' ? [] : [kind === 'metadata' ? '$metadata' : '$batch']
  return {
    ...createRecorder().found(),
    ok: true,
    kind,
    method: request.method,
    target: writeTarget(segment, written),
    body: { kind: kind === 'batch' ? 'batch' : 'none' },
    result: { kind: 'nothing', position: undefined },
    memorable: true,
  }
}

/** `$metadata` is also there in XML. */
function readDocumentFormat(source: SourceText): string {
  const folded = foldAscii(source.text)
  if (folded === 'xml' || folded === 'application/xml') return folded
  if (folded === 'json' || folded === 'application/json') return folded
  const problem = 'a format that $metadata does not have: json or xml'
  refuseAt(source, { code: 'odata_not_supported', problem }, [0, source.text.length])
}
