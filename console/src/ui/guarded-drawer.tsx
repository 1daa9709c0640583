import { useBlocker } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { Confirm } from './confirm.tsx'
import { SideDrawer } from './side-drawer.tsx'

export type GuardedContent = {
  /** Whether closing has to ask first. */
  readonly guard: (asks: boolean) => void
  /** Closes, after asking where that is due. */
  readonly close: () => void
}

type Props = {
  readonly opened: boolean
  readonly title: string
  readonly onClose: () => void
  readonly leave: {
    readonly title: string
    readonly text: string
    readonly confirm: string
    readonly cancel: string
  }
  readonly returnFocusTo?: string | undefined
  readonly children: (content: GuardedContent) => ReactNode
}

/** A drawer that is not in the address and may hold what must not be lost: closing and leaving the page both ask. */
export function GuardedDrawer({ opened, title, onClose, leave, returnFocusTo, children }: Props) {
  const [guarded, guard] = useState(false)
  const [asks, setAsks] = useState(false)
  const blocker = useBlocker({
    shouldBlockFn: () => guarded,
    enableBeforeUnload: () => guarded,
    withResolver: true,
  })
  const end = (): void => {
    guard(false)
    setAsks(false)
    onClose()
    blocker.proceed?.()
  }
  const close = (): void => {
    if (guarded) setAsks(true)
    else onClose()
  }
  return (
    <>
      <SideDrawer opened={opened} title={title} onClose={close} returnFocusTo={returnFocusTo}>
        {children({ guard, close })}
      </SideDrawer>
      {(asks || blocker.status === 'blocked') && (
        <Confirm
          title={leave.title}
          confirmLabel={leave.confirm}
          cancelLabel={leave.cancel}
          danger
          onConfirm={end}
          onCancel={() => {
            setAsks(false)
            blocker.reset?.()
          }}
        >
          {leave.text}
        </Confirm>
      )}
    </>
  )
}
