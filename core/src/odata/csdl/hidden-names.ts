import type { Model } from '#odata/model.ts'
import { isObject } from './csdl-document.ts'
import type { Visible } from './visible.ts'

const WORD = /[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Nd}\p{Mn}\p{Mc}\p{Pc}\p{Cf}]*/gu

/**
 * Tells whether a value mentions a name that is not to be known. Words are compared without case, and a name that is
 * hidden in one place counts everywhere: it is for texts that only help, of which rather too many are left out.
 */
export function createMentions(model: Model, visible: Visible): (value: unknown) => boolean {
  const hidden = hiddenNames(model, visible)
  const mentions = (value: unknown): boolean => {
    if (typeof value === 'string')
      return (value.match(WORD) ?? []).some((word) => hidden.has(word.toLowerCase()))
    if (Array.isArray(value)) return value.some(mentions)
    return isObject(value) && Object.entries(value).some(([name, member]) => inMember(name, member))
  }
  const inMember = (name: string, member: unknown): boolean =>
    (!/^[$@]/.test(name) && mentions(name)) || mentions(member)
  return mentions
}

function hiddenNames(model: Model, visible: Visible): ReadonlySet<string> {
  const hidden = new Set<string>()
  const hide = (name: string): void => void hidden.add(name.slice(name.lastIndexOf('.') + 1).toLowerCase())
  for (const name of model.sources.keys()) if (!visible.sources.has(name)) hide(name)
  for (const name of model.imports.keys()) if (!visible.imports.has(name)) hide(name)
  for (const [name, overloads] of model.operations) {
    if (!overloads.some((each) => visible.operations.has(each))) hide(name)
  }
  for (const names of [model.types, model.enumerations, model.definitions]) {
    for (const name of names.keys()) if (!visible.types.has(name)) hide(name)
  }
  for (const { name: type, navigation } of model.types.values()) {
    for (const each of navigation.values()) {
      if (!visible.navigation.has(each) || !visible.types.has(type)) hide(each.name)
    }
  }
  return hidden
}
