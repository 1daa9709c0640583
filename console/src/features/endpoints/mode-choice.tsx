import { Radio, Text } from '@mantine/core'
import { endpoints as words } from '#words/endpoints.ts'
import classes from './endpoints.module.css'
import type { Choice, Mode } from './use-choice.ts'

type Props = {
  readonly choice: Choice
  readonly total: number
  /** The list is new: nothing was listed before. */
  readonly startsEmpty: boolean
  /** Undefined for those who may only look. */
  readonly onMode: ((mode: Mode) => void) | undefined
}

/** All or a list is said, never guessed from an empty list. */
export function ModeChoice({ choice: { mode, selection }, total, startsEmpty, onMode }: Props) {
  return (
    <div>
      <Radio.Group
        aria-label={words.mode}
        value={mode}
        onChange={(value) => onMode?.(value === 'all' ? 'all' : 'only')}
      >
        <div className={classes['modes']}>
          <Radio
            value="all"
            label={words.all}
            description={words.allHint}
            disabled={!onMode && mode !== 'all'}
          />
          <Radio
            value="only"
            label={words.only}
            description={words.onlyHint}
            disabled={!onMode && mode !== 'only'}
          />
        </div>
      </Radio.Group>
      <div role="status">
        {mode === 'only' && startsEmpty && selection.size === 0 && (
          <Text size="sm" mt="sm">
            {words.startsEmpty}
          </Text>
        )}
      </div>
      {mode === 'all' && (
        <Text size="sm" mt="lg">
          {words.allText(total)} {selection.size > 0 && words.kept(selection.size)}
        </Text>
      )}
    </div>
  )
}
