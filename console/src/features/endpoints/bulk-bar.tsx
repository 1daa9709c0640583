import { Button } from '@mantine/core'
import { IconClipboardList } from '@tabler/icons-react'
import { endpoints as words } from '#words/endpoints.ts'
import type { EndpointIndex } from './endpoint-index.ts'
import classes from './endpoints.module.css'
import type { ChoiceActions } from './use-choice.ts'

type Props = {
  readonly tab: 'available' | 'selected'
  readonly index: EndpointIndex
  readonly shown: readonly number[]
  /** How many the tab has without search and filters. */
  readonly count: number
  /** Undefined for those who may only look. */
  readonly actions: ChoiceActions | undefined
  readonly onPaste: () => void
}

/** How many are shown, and what can be done with all of them at once. */
export function BulkBar({ tab, index, shown, count, actions, onPaste }: Props) {
  return (
    <div className={classes['bulk']}>
      <span role="status">{words.shown(shown.length, count)}</span>
      {actions && (
        <div className={classes['buttons']}>
          {tab === 'available' && <AddButtons index={index} shown={shown} onAdd={actions.add} />}
          {tab === 'selected' && shown.length > 0 && (
            <Button size="xs" variant="default" onClick={() => actions.remove(shown)}>
              {words.removeShown(shown.length)}
            </Button>
          )}
          <Button
            size="xs"
            variant="default"
            data-paste
            leftSection={<IconClipboardList size={15} aria-hidden />}
            onClick={onPaste}
          >
            {words.paste}
          </Button>
        </div>
      )}
    </div>
  )
}

type AddProps = Pick<Props, 'index' | 'shown'> & { readonly onAdd: ChoiceActions['add'] }

function AddButtons({ index, shown, onAdd }: AddProps) {
  const reads = shown.filter((place) => index.endpoints[place]?.effect === 'read')
  if (shown.length === 0) return null
  return (
    <>
      <Button size="xs" variant="default" onClick={() => onAdd(shown)}>
        {words.addShown(shown.length)}
      </Button>
      {reads.length > 0 && reads.length < shown.length && (
        <Button size="xs" variant="default" onClick={() => onAdd(reads)}>
          {words.addReads(reads.length)}
        </Button>
      )}
    </>
  )
}
