import { Button } from '@mantine/core'
import { useMemo } from 'react'
import { common } from '#words/common.ts'
import { endpoints } from '#words/endpoints.ts'
import type { EndpointIndex } from './endpoint-index.ts'
import classes from './endpoints.module.css'
import { type Difference, summarise } from './selection.ts'
import type { Choice } from './use-choice.ts'

const words = endpoints.summary

type Props = {
  readonly index: EndpointIndex
  readonly choice: Choice
  /** Undefined while nothing is changed. */
  readonly change: Difference | undefined
  readonly undo: (() => void) | undefined
  readonly onSave: (() => void) | undefined
  readonly busy: boolean
}

/** What is chosen, in one line, beside Save. */
export function SaveBar({ index, choice, change, undo, onSave, busy }: Props) {
  const { count, total, writes, personal } = useMemo(
    () => summarise(index, choice.selection),
    [index, choice.selection],
  )
  const parts =
    choice.mode === 'all'
      ? [words.all(total)]
      : [
          words.count(count, total),
          ...(count === 0
            ? []
            : [
                writes === 0 ? words.readOnly : words.writes(writes),
                personal ? words.personal : words.noPersonal,
              ]),
        ]
  const difference = change && choice.mode === 'only' ? words.change(change.added, change.removed) : ''
  return (
    <div className={classes['bar']}>
      <div className={classes['summary']}>
        <span>{parts.join(', ')}</span>
        {change && (
          <span className={classes['unsaved']}>
            {words.unsaved} {difference}
          </span>
        )}
        {undo && (
          <Button size="compact-sm" variant="subtle" onClick={undo}>
            {endpoints.undo}
          </Button>
        )}
      </div>
      {onSave && (
        <Button onClick={onSave} loading={busy}>
          {common.save}
        </Button>
      )}
    </div>
  )
}
