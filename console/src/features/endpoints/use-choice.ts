import { useMemo, useState } from 'react'
import { announce } from '#ui/announce.tsx'
import { endpoints as words } from '#words/endpoints.ts'
import type { Allowed } from './allowed-query.ts'
import type { EndpointIndex } from './endpoint-index.ts'
import { type Selection, withAll, withoutAll } from './selection.ts'

export type Mode = 'all' | 'only'

/** What is chosen in the drawer, not saved yet. */
export type Choice = {
  readonly mode: Mode
  readonly selection: Selection
}

/** A choice, and the selection before its last step where that was one of many endpoints. */
type State = { readonly choice: Choice; readonly before?: Selection }

export type ChoiceActions = {
  readonly setMode: (mode: Mode) => void
  readonly add: (places: readonly number[]) => void
  readonly remove: (places: readonly number[]) => void
  /** Takes the last step of many endpoints back. */
  readonly undo: () => void
  readonly reset: (choice: Choice) => void
}

/** From all to a list one starts with an empty list. */
export function toChoice({ allowed }: Allowed, { places }: EndpointIndex): Choice {
  if (allowed.kind === 'all') return { mode: 'all', selection: new Set() }
  return { mode: 'only', selection: new Set(allowed.endpoints.flatMap((id) => places.get(id) ?? [])) }
}

/** The listed endpoints that have left the catalogs. They are refused anyway, and go with the next save. */
export function goneFrom({ allowed }: Allowed, { places }: EndpointIndex): readonly string[] {
  return allowed.kind === 'all' ? [] : allowed.endpoints.filter((id) => !places.has(id))
}

type ChoiceState = {
  readonly choice: Choice
  readonly mayUndo: boolean
  readonly actions: ChoiceActions
}

export function useChoice(start: () => Choice): ChoiceState {
  const [{ choice, before }, setState] = useState<State>(() => ({ choice: start() }))
  const actions = useMemo((): ChoiceActions => {
    // Undo must not take back what came after the step of many, so every other step ends it.
    const step = (places: readonly number[], apply: typeof withAll): void =>
      setState(({ choice: { mode, selection } }) => ({
        choice: { mode, selection: apply(selection, places) },
        ...(places.length > 1 && { before: selection }),
      }))
    return {
      setMode: (mode) => setState(({ choice }) => ({ choice: { ...choice, mode } })),
      add: (places) => {
        step(places, withAll)
        announce(words.added(places.length))
      },
      remove: (places) => {
        step(places, withoutAll)
        announce(words.removed(places.length))
      },
      undo: () => {
        setState(({ choice: { mode, selection }, before }) => ({
          choice: { mode, selection: before ?? selection },
        }))
        announce(words.undone)
      },
      reset: (fresh) => setState({ choice: fresh }),
    }
  }, [])
  return { choice, mayUndo: before !== undefined, actions }
}
