import type { Annotations, Model, OperationImport, Source } from '#odata/model.ts'
import type { Verb } from '#odata/position.ts'
import { TERMS } from './annotations.ts'
import { type BoundOperation, createReaches, methodOf } from './reach.ts'

/** What of a service can be granted. */
export type ModelEndpoint = {
  /** As touches name it: `GET Events`, `POST Events/EM.Cancel`. Method, space and name below the service root. */
  readonly key: string
  readonly method: Verb
  /** `QueryEvents`, `EM.Cancel`. */
  readonly name: string
  readonly title: string
  readonly kind: 'set' | 'singleton' | 'operation'
  readonly effect: 'read' | 'write'
  /** The set, singleton or import that it belongs to. */
  readonly resource: string
  /** Nobody has published it (`Stagedoor.Inferred`). */
  readonly inferred: boolean
  /** It answers or takes data about people (`Stagedoor.PersonalData`). */
  readonly personalData: boolean
}

const WORDS: Readonly<Record<Verb, string>> = {
  GET: 'Query',
  POST: 'Create',
  PATCH: 'Update',
  DELETE: 'Delete',
}
const SET_VERBS: readonly Verb[] = ['GET', 'POST', 'PATCH', 'DELETE']
const SINGLETON_VERBS: readonly Verb[] = ['GET', 'PATCH', 'DELETE']

/**
 * Everything that can be granted, in the document's order (odata.md section 4): each set and singleton by verb, each import,
 * and each bound operation for every source that it can be called at. Of a set whose type nobody has published, it is not
 * known either that it can be written: it can be queried.
 */
export function endpointsOf(model: Model): readonly ModelEndpoint[] {
  const reaches = createReaches(model)
  const endpoints: ModelEndpoint[] = []
  for (const source of model.sources.values()) {
    for (const verb of verbsOf(source)) endpoints.push(sourceEndpoint(source, verb))
    for (const operation of reaches.operations(source)) endpoints.push(boundEndpoint(source, operation))
  }
  for (const each of model.imports.values()) endpoints.push(importEndpoint(each))
  return endpoints
}

/** The verbs that a set or singleton has endpoints for. */
export function verbsOf(source: Source): readonly Verb[] {
  if (source.type.undescribed) return ['GET']
  return source.kind === 'set' ? SET_VERBS : SINGLETON_VERBS
}

/** The key of an import's endpoint: `GET TopAccounts`, `POST MergeAccounts`. */
export function importKey({ kind, name }: OperationImport): string {
  return `${methodOf({ kind })} ${name}`
}

function sourceEndpoint({ kind, name, annotations }: Source, method: Verb): ModelEndpoint {
  const title = `${WORDS[method]} ${name}`
  const query = method === 'GET'
  return {
    key: `${method} ${name}`,
    method,
    name: (query ? annotations.get('Stagedoor.OperationName') : undefined) ?? `${WORDS[method]}${name}`,
    title: (query ? annotations.get(TERMS.description) : undefined) ?? title,
    kind,
    effect: query ? 'read' : 'write',
    resource: name,
    ...marks(annotations),
  }
}

function boundEndpoint(source: Source, { name, method }: BoundOperation): ModelEndpoint {
  const short = name.slice(name.lastIndexOf('.') + 1)
  return {
    key: `${method} ${source.name}/${name}`,
    method,
    name,
    title: `${short} on ${source.name}`,
    kind: 'operation',
    effect: method === 'GET' ? 'read' : 'write',
    resource: source.name,
    ...marks(source.annotations),
  }
}

function importEndpoint(each: OperationImport): ModelEndpoint {
  const { kind, name, annotations } = each
  return {
    key: importKey(each),
    method: methodOf({ kind }),
    name: annotations.get('Stagedoor.OperationName') ?? name,
    title: annotations.get(TERMS.description) ?? name,
    kind: 'operation',
    effect: kind === 'function' ? 'read' : 'write',
    resource: name,
    ...marks(annotations),
  }
}

function marks(annotations: Annotations): Pick<ModelEndpoint, 'inferred' | 'personalData'> {
  return {
    inferred: annotations.get('Stagedoor.Inferred') === 'true',
    personalData: annotations.get('Stagedoor.PersonalData') === 'true',
  }
}
