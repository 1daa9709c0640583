import { areRelated, findType } from '#odata/expression/names.ts'
import { castTo } from '#odata/position.ts'
import { refuse } from '#odata/text/refusal.ts'
import { causeAt } from '#odata/text/source-text.ts'
import { resolveEntityReference } from './entity-reference.ts'
import type { Followed } from './path.ts'
import { entitiesAt } from './place.ts'
import { refuseMalformed } from './problem.ts'
import type { RequestOptions } from './request-options.ts'
import { refuseName, segmentCause, type Walk } from './walk.ts'

/** An entity that `$id` names, the options that may stand beside it, and its canonical address. */
export type AddressedEntity = Followed & { readonly allowed: ReadonlySet<string>; readonly id: string }

const OPTIONS = ['$id', '$format']

/** `/$entity?$id=Accounts(1)` and `/$entity/EM.Account?$id=..` (URL conventions 4.3.4); undefined for other paths. */
export function addressedEntity(walk: Walk, given: RequestOptions): AddressedEntity | undefined {
  const [first, cast, ...others] = walk.segments
  if (first?.text !== '$entity') return undefined
  const [other] = others
  if (other) refuseName(other, 'nothing that can stand behind $entity')
  const source = given.system.get('$id')
  if (!source) refuseMalformed('$entity needs $id, which says which one', segmentCause(first))
  const { context, roots } = walk
  const cause = causeAt(source, 0, source.text.length)
  const found = resolveEntityReference(context.model, source.text, {
    roots,
    recorder: context.recorder,
    cause,
  })
  if (!found.ok) refuse(found)
  const written = [first.text]
  if (!cast) return { place: entitiesAt(found.position), written, allowed: new Set(OPTIONS), id: found.text }
  const type = findType(context.model, cast.text)
  if (!type || !areRelated(type, found.position.type))
    refuseName(cast, `no type of ${found.position.type.name}`)
  context.recorder.visited(cast.text)
  const allowed = new Set([...OPTIONS, '$expand', '$select'])
  const place = entitiesAt(castTo(found.position, type))
  return { place, written: [...written, type.name], allowed, id: found.text }
}
