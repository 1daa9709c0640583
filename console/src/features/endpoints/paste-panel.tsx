import { Button, Checkbox, Group, Stack, Text, Textarea } from '@mantine/core'
import { useDeferredValue, useEffect, useMemo, useRef } from 'react'
import { CopyButton } from '#ui/copy-button.tsx'
import { endpoints } from '#words/endpoints.ts'
import type { EndpointIndex } from './endpoint-index.ts'
import classes from './endpoints.module.css'
import { type Pasted, readPaste } from './paste-list.ts'
import { type Selection, withAll, withoutAll } from './selection.ts'

const words = endpoints.pasting

/** What is in the panel: the text, and which of several meanings were chosen. */
type PasteDraft = { readonly text: string; readonly chosen: Selection }

export const NO_DRAFT: PasteDraft = { text: '', chosen: new Set() }

type Props = {
  readonly index: EndpointIndex
  readonly selection: Selection
  readonly draft: PasteDraft
  readonly onDraft: (draft: PasteDraft) => void
  readonly onAdd: (places: readonly number[]) => void
  readonly onBack: () => void
}

/** A list of names that a partner published: what it means, what is unclear, and what is not there. */
export function PastePanel({ index, selection, draft, onDraft, onAdd, onBack }: Props) {
  const { text, chosen } = draft
  const deferred = useDeferredValue(text)
  const pasted = useMemo(() => readPaste(deferred, index), [deferred, index])
  const field = useRef<HTMLTextAreaElement>(null)
  useEffect(() => field.current?.focus(), [])
  const offered = new Set(pasted.ambiguous.flatMap(({ places }) => places))
  const found = [...new Set([...pasted.matched, ...[...chosen].filter((place) => offered.has(place))])]
  const fresh = found.filter((place) => !selection.has(place))
  return (
    <Stack gap="sm" className={classes['paste']}>
      <Text fw={600}>{words.title}</Text>
      <Textarea
        ref={field}
        label={words.label}
        description={words.text}
        placeholder={words.example}
        autosize
        minRows={6}
        maxRows={12}
        value={text}
        onChange={(event) => onDraft({ text: event.currentTarget.value, chosen })}
        // Escape goes back to the list, not out of the drawer.
        data-mantine-stop-propagation
        onKeyDown={(event) => {
          if (event.key === 'Escape') onBack()
        }}
      />
      {deferred.trim() !== '' && (
        <Text size="sm" role="status">
          {words.matched(found.length)}
          {found.length > fresh.length && `, ${words.already(found.length - fresh.length)}`}
        </Text>
      )}
      <Ambiguous
        pasted={pasted}
        index={index}
        chosen={chosen}
        onChosen={(next) => onDraft({ text, chosen: next })}
      />
      {pasted.unknown.length > 0 && <Unknown names={pasted.unknown} />}
      <Group>
        {fresh.length > 0 && <Button onClick={() => onAdd(fresh)}>{words.add(fresh.length)}</Button>}
        <Button variant="default" onClick={onBack}>
          {words.back}
        </Button>
      </Group>
    </Stack>
  )
}

/** Word for word, so that they can be looked for elsewhere. */
function Unknown({ names }: { readonly names: readonly string[] }) {
  return (
    <div>
      <Group gap={4}>
        <Text size="sm" fw={600}>
          {words.unknown}
        </Text>
        <CopyButton value={names.join('\n')} what={words.unknownNames} />
      </Group>
      <ul className={classes['unknown']}>
        {names.map((name) => (
          <li key={name}>
            <code>{name}</code>
          </li>
        ))}
      </ul>
    </div>
  )
}

type AmbiguousProps = {
  readonly pasted: Pasted
  readonly index: EndpointIndex
  readonly chosen: Selection
  readonly onChosen: (chosen: Selection) => void
}

function Ambiguous({ pasted, index, chosen, onChosen }: AmbiguousProps) {
  if (pasted.ambiguous.length === 0) return null
  return (
    <div>
      <Text size="sm" fw={600} mb={4}>
        {words.ambiguous}
      </Text>
      {pasted.ambiguous.map(({ text, places }) => (
        <Checkbox.Group
          key={text}
          label={text}
          mb="xs"
          value={places.filter((place) => chosen.has(place)).map(String)}
          onChange={(values) => onChosen(withAll(withoutAll(chosen, places), values.map(Number)))}
        >
          <Stack gap={4} mt={4}>
            {places.map((place) => (
              <Checkbox
                key={place}
                value={String(place)}
                label={`${index.endpoints[place]?.method} ${index.endpoints[place]?.path}`}
              />
            ))}
          </Stack>
        </Checkbox.Group>
      ))}
    </div>
  )
}
