import { type AnnotationReader, TERMS } from './annotations.ts'
import { CsdlError, isObject, type Json } from './csdl-document.ts'

/** Names of a key's parts as requests spell them: the alias where there is one. Throws CsdlError. */
export function readKey(json: Json, path: readonly string[]): readonly string[] {
  const key: unknown = json['$Key'] ?? []
  if (!Array.isArray(key)) throw new CsdlError([...path, '$Key'], 'not a list')
  return key.map((part: unknown, index) => {
    if (typeof part === 'string') return part
    const alias = isObject(part) ? Object.keys(part).find((name) => !name.includes('@')) : undefined
    if (alias !== undefined) return alias
    throw new CsdlError([...path, '$Key', String(index)], 'neither a property nor an alias of one')
  })
}

/** `Core.AlternateKeys` and the community's term of the same shape. What is not of that shape is no key. */
export function readAlternateKeys(
  annotations: AnnotationReader,
  json: Json,
  targets: readonly string[],
): readonly (readonly string[])[] {
  return [TERMS.alternateKeys, TERMS.communityKeys].flatMap((term) => {
    const value = annotations.value(json, targets, term)
    return Array.isArray(value) ? value.flatMap(alternateKey) : []
  })
}

function alternateKey(value: unknown): readonly (readonly string[])[] {
  const parts: unknown = isObject(value) ? value['Key'] : undefined
  if (!Array.isArray(parts)) return []
  const names = parts.map((part: unknown) => (isObject(part) ? (part['Alias'] ?? part['Name']) : undefined))
  const texts = names.filter((name) => typeof name === 'string' && name !== '').map(String)
  return texts.length > 0 && texts.length === names.length ? [texts] : []
}
