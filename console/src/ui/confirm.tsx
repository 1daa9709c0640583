import { Button, Group, Modal, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { common } from '#words/common.ts'
import { useDialogNoted } from './open-dialogs.ts'
import { useReturnFocus } from './return-focus.ts'

type Props = {
  readonly title: string
  readonly children: ReactNode
  readonly confirmLabel: string
  readonly cancelLabel?: string
  readonly danger?: boolean
  readonly busy?: boolean
  /** Mark of what gets the focus back. Without it, what had it before. */
  readonly returnFocusTo?: string
  readonly onConfirm: () => void
  readonly onCancel: () => void
}

/**
 * Asks before something that cannot be taken back. The focus starts on the way out. Draw it only while it asks: a dialog
 * that is there and closed would take the very Escape that opened it.
 */
export function Confirm(props: Props) {
  const {
    title,
    children,
    confirmLabel,
    cancelLabel = common.cancel,
    danger,
    busy,
    returnFocusTo,
    onConfirm,
    onCancel,
  } = props
  useDialogNoted()
  useReturnFocus(true, returnFocusTo)
  return (
    <Modal
      opened
      onClose={onCancel}
      title={title}
      returnFocus={returnFocusTo === undefined}
      closeButtonProps={{ 'aria-label': common.close }}
    >
      {typeof children === 'string' ? <Text size="sm">{children}</Text> : children}
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onCancel} data-autofocus>
          {cancelLabel}
        </Button>
        <Button {...(danger && { color: 'red.9' })} {...(busy && { loading: true })} onClick={onConfirm}>
          {confirmLabel}
        </Button>
      </Group>
    </Modal>
  )
}
