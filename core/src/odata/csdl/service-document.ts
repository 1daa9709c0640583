import type { Model } from '#odata/model.ts'
import { importKey, verbsOf } from './endpoints.ts'
import type { Granted } from './visible.ts'

/** An entry of a service document. `kind` is left out for entity sets, as the format has it. */
type Entry = { readonly name: string; readonly kind?: 'Singleton' | 'FunctionImport'; readonly url: string }

/**
 * The service document (OData JSON Format 4.01 section 5): what has an address of its own, and of that
 * what has a granted verb.
 * @param root the service's address for callers, without slash at the end
 */
export function serviceDocument(
  model: Model,
  { granted, root }: { readonly granted: Granted; readonly root: string },
): { readonly '@odata.context': string; readonly value: readonly Entry[] } {
  const has = (key: string): boolean => granted === 'all' || granted.has(key)
  const sources = [...model.sources.values()]
    .filter((source) => source.inServiceDocument !== false)
    .filter((source) => verbsOf(source).some((verb) => has(`${verb} ${source.name}`)))
    .map(({ kind, name }): Entry => ({ name, ...(kind === 'singleton' && { kind: 'Singleton' }), url: name }))
  const functions = [...model.imports.values()]
    .filter((each) => each.inServiceDocument === true && has(importKey(each)))
    .map(({ name }): Entry => ({ name, kind: 'FunctionImport', url: name }))
  return { '@odata.context': `${root}/$metadata`, value: [...sources, ...functions] }
}
