import { Drawer } from '@mantine/core'
import type { ReactNode } from 'react'
import { common } from '#words/common.ts'
import { useIsDialogOpen } from './open-dialogs.ts'
import { useReturnFocus } from './return-focus.ts'
import classes from './side-drawer.module.css'

type Props = {
  readonly opened: boolean
  readonly title: string
  readonly onClose: () => void
  readonly wide?: boolean
  /** Mark of what gets the focus back. Without it, what had it when the drawer opened. */
  readonly returnFocusTo?: string | undefined
  readonly children: ReactNode
}

/** The drawer of the article, at the right side. Its content is gone once it is closed. */
export function SideDrawer({ opened, title, onClose, wide, returnFocusTo, children }: Props) {
  useReturnFocus(opened, returnFocusTo)
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      title={title}
      size={wide === true ? 980 : 520}
      returnFocus={returnFocusTo === undefined}
      closeOnEscape={!useIsDialogOpen()}
      closeButtonProps={{ 'aria-label': common.close }}
      classNames={{ content: classes['content'], body: classes['body'], title: classes['title'] }}
    >
      {children}
    </Drawer>
  )
}
