import { Alert } from '@mantine/core'
import { IconCircleCheck } from '@tabler/icons-react'
import { type ReactNode, useEffect, useRef } from 'react'

/** Says what was done, where a form has been. It takes the focus, also of a drawer that opens with it: what had it is gone. */
export function Done({ children }: { readonly children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => box.current?.focus(), [])
  return (
    <Alert
      ref={box}
      tabIndex={-1}
      data-autofocus
      role="status"
      color="green"
      icon={<IconCircleCheck aria-hidden />}
    >
      {children}
    </Alert>
  )
}
