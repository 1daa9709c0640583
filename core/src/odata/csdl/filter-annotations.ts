import type { Json } from './csdl-document.ts'
import { type Names, namespaceOf, resolve } from './names.ts'

/** Copies members of an object, and of the annotations among them those that tell nothing hidden. */
export type AnnotationFilter = {
  /** `kept` decides on members that are no annotations: it gives what becomes of them, undefined for nothing. */
  readonly copy: (object: Json, kept?: (name: string, value: unknown) => unknown) => Record<string, unknown>
}

/** @param mentions tells whether a value mentions a hidden name */
export function createAnnotationFilter(
  names: Names,
  mentions: (value: unknown) => boolean,
): AnnotationFilter {
  const mayStay = (term: string, value: unknown): boolean => {
    const [name = '', qualifier] = term.split('#')
    // The service's own terms are not published, so that nothing of them is.
    return (
      !names.namespaces.has(namespaceOf(resolve(names, name))) && !mentions(qualifier) && !mentions(value)
    )
  }
  return {
    copy: (object, kept = (_, value) => value) => {
      const copied: Record<string, unknown> = {}
      for (const [key, value] of Object.entries(object)) {
        const at = key.lastIndexOf('@')
        if (at < 0) {
          const becomes = kept(key, value)
          if (becomes !== undefined) copied[key] = becomes
          continue
        }
        // `Red@Core.Description`, `@A.B@Core.Description`: goes where what it is about has gone.
        const about = key.slice(0, at)
        const stands = about === '' || Object.hasOwn(copied, about)
        if (stands && mayStay(key.slice(at + 1), value)) copied[key] = value
      }
      return copied
    },
  }
}
