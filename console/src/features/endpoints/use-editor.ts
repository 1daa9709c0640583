import { useState } from 'react'
import type { Schemas } from '#api/client.ts'
import type { TenantOfMe } from '#api/me.ts'
import type { Allowed } from './allowed-query.ts'
import { type Endpoint, indexEndpoints } from './endpoint-index.ts'
import { difference } from './selection.ts'
import { goneFrom, toChoice, useChoice } from './use-choice.ts'
import { useSave } from './use-save.ts'

export type EditorOptions = {
  readonly tenant: TenantOfMe
  readonly credential: Schemas['Credential']
  readonly endpoints: readonly Endpoint[]
  readonly allowed: Allowed
  readonly onReload: () => Promise<Allowed | undefined>
  readonly onClose: () => void
}

/** What is chosen against what is saved, and what Save has to ask first. */
export function useEditor({ tenant, credential, endpoints, allowed, onReload, onClose }: EditorOptions) {
  // Of the moment when the drawer opened: the choice is places in it, and a catalog loaded anew meanwhile would make
  // the same places mean other endpoints.
  const [index] = useState(() => indexEndpoints(endpoints))
  const [start, setStart] = useState(allowed)
  const [base, setBase] = useState(() => toChoice(allowed, index))
  const { choice, mayUndo, actions } = useChoice(() => base)
  const [asks, setAsks] = useState<'empty' | 'drop'>()
  const [saved, setSaved] = useState(false)
  const saving = useSave({
    tenantId: tenant.id,
    credential,
    index,
    allowed,
    onReload,
    onSaved: () => {
      setSaved(true)
      setTimeout(onClose)
    },
  })
  const gone = goneFrom(start, index)
  const change = difference(base.selection, choice.selection)
  const isChanged = choice.mode !== base.mode || (choice.mode === 'only' && change.added + change.removed > 0)
  const save = (): void => {
    if (choice.mode === 'only' && choice.selection.size === 0) setAsks('empty')
    else if (choice.mode === 'all' && base.mode === 'only' && base.selection.size > 0) setAsks('drop')
    else saving.save(choice)
  }
  const answer = (yes: boolean): void => {
    setAsks(undefined)
    if (yes) saving.save(choice)
  }
  const takeTheirs = (): void => {
    const { theirs } = saving
    if (theirs) {
      const fresh = toChoice(theirs, index)
      setStart(theirs)
      setBase(fresh)
      actions.reset(fresh)
    }
    saving.takeTheirs()
  }
  return {
    index,
    choice,
    mayUndo,
    actions,
    base,
    gone,
    change,
    isChanged,
    asks,
    saving,
    saved,
    save,
    answer,
    takeTheirs,
  }
}
