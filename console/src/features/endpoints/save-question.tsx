import { Confirm } from '#ui/confirm.tsx'
import { endpoints as words } from '#words/endpoints.ts'

type Props = {
  /** `empty`: a list with nothing in it; `drop`: all endpoints in place of a list. */
  readonly asks: 'empty' | 'drop'
  /** How many endpoints the list has that would be dropped. */
  readonly count: number
  readonly onConfirm: () => void
  readonly onCancel: () => void
}

/** Asks where a choice goes to an extreme. */
export function SaveQuestion({ asks, count, onConfirm, onCancel }: Props) {
  const { title, confirm, cancel } = words[asks]
  return (
    <Confirm
      title={title}
      confirmLabel={confirm}
      cancelLabel={cancel}
      danger={asks === 'drop'}
      onConfirm={onConfirm}
      onCancel={onCancel}
    >
      {asks === 'empty' ? words.empty.text : words.drop.text(count)}
    </Confirm>
  )
}
