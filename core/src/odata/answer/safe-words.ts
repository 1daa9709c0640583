import type { Model, StructuredType } from '#odata/model.ts'
import { atSource, navigate } from '#odata/position.ts'
import type { IsSourceGranted } from './granted.ts'

/** Tells texts of an upstream that may be relayed to a restricted credential from those that may not. */
export type SafeWords = {
  /** Whether a sentence names nothing but what is granted, and plain words. */
  readonly inText: (text: string) => boolean
  /** Whether a code (`ENTITY_NOT_FOUND`, `404`) has no name in it that is not granted. */
  readonly inCode: (code: string) => boolean
}

const TEXT_LENGTH_MAX = 1000
const CODE = /^[A-Za-z0-9_.:/-]{1,64}$/
/** Words in capitals that are no names of anybody's. */
const COMMON: ReadonlySet<string> = new Set(
  'HTTP HTTPS URL URI JSON XML CSDL OData ETag ID GUID UTC GET POST PUT PATCH DELETE HEAD NULL I'.split(' '),
)

/**
 * A text is relayed if each of its words is a name that the grants show, a number, or a plain word: small letters, a capital
 * where a sentence begins, and not (in any case) a name of the model that is withheld. Everything else could be a name
 * that the catalog does not publish, or data: words in quotes, capitals, underscores, dots inside.
 */
export function safeWords(model: Model, isGranted: IsSourceGranted): SafeWords {
  const known = KNOWN.get(isGranted)
  if (known?.model === model) return known.words
  const words = findSafeWords(model, isGranted)
  KNOWN.set(isGranted, { model, words })
  return words
}

/** All the failures of a batch ask with the same function. */
const KNOWN = new WeakMap<IsSourceGranted, { readonly model: Model; readonly words: SafeWords }>()

function findSafeWords(model: Model, isGranted: IsSourceGranted): SafeWords {
  const shown = namesShown(model, isGranted)
  const withheld = namesWithheld(model, shown)
  const isPlain = ({ word, first }: Word) =>
    (first ? /^[A-Za-z][a-z]*$/ : /^[a-z]+$/).test(word) && !withheld.has(word.toLowerCase())
  const isSafe = (found: Word) =>
    shown.has(found.word) || COMMON.has(found.word) || /^[0-9]+$/.test(found.word) || isPlain(found)
  return {
    inText: (text) =>
      text.length <= TEXT_LENGTH_MAX && quotedAreSafe(text, shown) && wordsOf(text).every(isSafe),
    inCode: (code) =>
      CODE.test(code) && code.split(/[^A-Za-z0-9]+/).every((word) => !withheld.has(word.toLowerCase())),
  }
}

/** `first`: where a sentence begins. */
type Word = { readonly word: string; readonly first: boolean }

/** Names joined by dots are one word, `EM.Account`; a dot at a word's end belongs to the sentence, a dollar to an option. */
function wordsOf(text: string): readonly Word[] {
  const words: Word[] = []
  for (const { 0: found, index } of text.matchAll(/[\p{L}\p{N}\p{M}_.$@]+/gu)) {
    const word = found.replace(/^\$/, '').replace(/\.$/, '')
    if (word !== '')
      words.push({ word, first: /(?:^|[.!?:;] ?)$/.test(text.slice(index < 2 ? 0 : index - 2, index)) })
  }
  return words
}

/** What stands in quotes is data or a name; only shown names pass. */
function quotedAreSafe(text: string, shown: ReadonlySet<string>): boolean {
  const quoted =
    text.match(
      /(["'`\u2018\u2019\u201c\u201d])[^"'`\u2018\u2019\u201c\u201d]*["'`\u2018\u2019\u201c\u201d]?/gu,
    ) ?? []
  return quoted.every((part) => shown.has(part.replace(/["'`\u2018\u2019\u201c\u201d]/gu, '')))
}

/** Granted sources, the types of what they hold, and the members of those that do not lead out of the grants. */
function namesShown(model: Model, isGranted: IsSourceGranted): ReadonlySet<string> {
  const shown = new Set<string>()
  for (const source of model.sources.values()) {
    if (!isGranted(source.name)) continue
    shown.add(source.name)
    const seen = new Set<StructuredType>()
    const open = [source.type]
    for (let type = open.pop(); type; type = open.pop()) {
      if (seen.has(type)) continue
      seen.add(type)
      addNames(shown, type)
      open.push(...type.derived, ...complexTypes(model, type))
      for (const navigation of type.navigation.values()) {
        const target = navigate(model, { ...atSource(source), type }, navigation)
        const isShown = target.sources.length > 0 && target.sources.every(({ name }) => isGranted(name))
        if (!isShown && !navigation.containsTarget) continue
        shown.add(navigation.name)
        if (navigation.containsTarget) open.push(target.type)
      }
    }
  }
  return shown
}

function addNames(shown: Set<string>, type: StructuredType): void {
  shown.add(type.name)
  shown.add(type.name.slice(type.name.lastIndexOf('.') + 1))
  for (const name of type.properties.keys()) shown.add(name)
}

function complexTypes(model: Model, type: StructuredType): readonly StructuredType[] {
  const types = [...type.properties.values()].map((property) => model.types.get(property.type.name))
  return types.filter((type) => type !== undefined)
}

/** Every other name of the model, in small letters: a service may write `account` for Account. */
function namesWithheld(model: Model, shown: ReadonlySet<string>): ReadonlySet<string> {
  const names = [
    ...model.sources.keys(),
    ...model.imports.keys(),
    ...[...model.operations.keys(), ...model.enumerations.keys(), ...model.types.keys()].map(unqualified),
    ...[...model.types.values()].flatMap((type) => [...type.properties.keys(), ...type.navigation.keys()]),
  ]
  return new Set(names.filter((name) => !shown.has(name)).map((name) => name.toLowerCase()))
}

function unqualified(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1)
}
