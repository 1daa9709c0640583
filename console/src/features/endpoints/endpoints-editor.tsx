import { Text } from '@mantine/core'
import { useRef, useState } from 'react'
import type { TenantOfMe } from '#api/me.ts'
import { Failure } from '#ui/failure.tsx'
import { LeaveGuard } from '#ui/leave-guard.tsx'
import { common } from '#words/common.ts'
import { endpoints as words } from '#words/endpoints.ts'
import type { EndpointIndex } from './endpoint-index.ts'
import classes from './endpoints.module.css'
import { ModeChoice } from './mode-choice.tsx'
import { NO_DRAFT, PastePanel } from './paste-panel.tsx'
import { Picker } from './picker.tsx'
import { RefusedEndpoints } from './refused-endpoints.tsx'
import { SaveBar } from './save-bar.tsx'
import { SaveConflict } from './save-conflict.tsx'
import { SaveQuestion } from './save-question.tsx'
import type { Choice, ChoiceActions } from './use-choice.ts'
import { type EditorOptions, useEditor } from './use-editor.ts'
import { useFallbackFocus } from './use-fallback-focus.ts'

type Props = EditorOptions

export function EndpointsEditor(props: Props) {
  const { tenant, credential } = props
  const { index, choice, mayUndo, actions, base, gone, change, isChanged, ...rest } = useEditor(props)
  const { asks, saving, saved, save, answer, takeTheirs } = rest
  const mayChange = tenant.role === 'customer_admin'
  const root = useRef<HTMLDivElement>(null)
  useFallbackFocus(root, choice)
  const refused = saving.refused.flatMap((id) => index.places.get(id) ?? [])
  const takeOff = (): void => {
    actions.remove(refused)
    saving.forget()
  }
  return (
    <div ref={root} className={classes['editor']}>
      <Text size="sm" c="dimmed">
        {words.of(credential.title)} {!mayChange && common.readOnly}
      </Text>
      {saving.theirs && (
        <SaveConflict
          theirs={saving.theirs.allowed}
          onTake={takeTheirs}
          onOverwrite={() => saving.overwrite(choice)}
        />
      )}
      {refused.length > 0 && <RefusedEndpoints index={index} places={refused} onRemove={takeOff} />}
      {saving.error && refused.length === 0 && <Failure error={saving.error} />}
      <ModeChoice
        choice={choice}
        total={index.endpoints.length}
        startsEmpty={base.mode === 'all'}
        onMode={mayChange ? actions.setMode : undefined}
      />
      {gone.length > 0 && choice.mode === 'only' && <Gone ids={gone} />}
      {choice.mode === 'only' && (
        <ListEditor tenant={tenant} index={index} choice={choice} actions={mayChange ? actions : undefined} />
      )}
      {choice.mode === 'all' && <div className={classes['filler']} />}
      <SaveBar
        index={index}
        choice={choice}
        change={isChanged ? change : undefined}
        undo={mayUndo && choice.mode === 'only' ? actions.undo : undefined}
        onSave={mayChange ? save : undefined}
        busy={saving.isPending}
      />
      {asks && (
        <SaveQuestion
          asks={asks}
          count={base.selection.size}
          onConfirm={() => answer(true)}
          onCancel={() => answer(false)}
        />
      )}
      <LeaveGuard when={mayChange && isChanged && !saved && !saving.isPending} words={words.leave} />
    </div>
  )
}

function Gone({ ids }: { readonly ids: readonly string[] }) {
  return (
    <Text size="sm">
      {words.gone(ids.length)} <code className={classes['gone']}>{ids.join(', ')}</code>
    </Text>
  )
}

type ListProps = {
  readonly tenant: TenantOfMe
  readonly index: EndpointIndex
  readonly choice: Choice
  readonly actions: ChoiceActions | undefined
}

/** Picking one by one, or pasting names. What is pasted stays while one looks at the list. */
function ListEditor({ tenant, index, choice: { selection }, actions }: ListProps) {
  const [pastes, setPastes] = useState(false)
  const [draft, setDraft] = useState(NO_DRAFT)
  const back = (): void => {
    setPastes(false)
    setTimeout(() => document.querySelector<HTMLElement>('[data-paste]')?.focus())
  }
  if (!pastes || !actions) {
    return (
      <Picker
        tenant={tenant}
        index={index}
        selection={selection}
        actions={actions}
        onPaste={() => setPastes(true)}
      />
    )
  }
  return (
    <PastePanel
      index={index}
      selection={selection}
      draft={draft}
      onDraft={setDraft}
      onAdd={(places) => {
        actions.add(places)
        setDraft(NO_DRAFT)
        back()
      }}
      onBack={back}
    />
  )
}
