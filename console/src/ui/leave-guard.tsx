import { useBlocker } from '@tanstack/react-router'
import { common } from '#words/common.ts'
import { Confirm } from './confirm.tsx'

type Props = {
  /** While true, leaving asks first: by the drawer's own buttons, by Back, by closing the tab. */
  readonly when: boolean
  readonly words: {
    readonly title: string
    readonly text: string
    readonly confirm: string
    readonly cancel: string
  }
}

/** Asks before something is lost. Drawers that are closed by changing the address are guarded by it too. */
export function LeaveGuard({ when, words }: Props) {
  const blocker = useBlocker({
    shouldBlockFn: () => when,
    enableBeforeUnload: () => when,
    withResolver: true,
  })
  if (blocker.status !== 'blocked') return null
  return (
    <Confirm
      title={words.title}
      confirmLabel={words.confirm}
      cancelLabel={words.cancel || common.cancel}
      danger
      onConfirm={blocker.proceed}
      onCancel={blocker.reset}
    >
      {words.text}
    </Confirm>
  )
}
