import { Text } from '@mantine/core'
import { type ReactNode, useId } from 'react'
import { CopyButton } from './copy-button.tsx'
import classes from './secret-field.module.css'

type Props = {
  readonly label: string
  /** As in "Copy API Token", where the label is not it. */
  readonly name?: string
  readonly value: string
  readonly onCopied: () => void
  readonly children: ReactNode
}

/** A text to be copied, in full, with its copy icon. The value stands in no attribute. */
export function SecretField({ label, name = label, value, onCopied, children }: Props) {
  const id = useId()
  return (
    <div role="group" aria-labelledby={id}>
      <Text id={id} size="sm" fw={500} mb={4}>
        {label}
      </Text>
      <div className={classes['field']}>
        <code className={classes['value']}>{value}</code>
        <CopyButton value={value} what={name} onCopied={onCopied} />
      </div>
      <Text size="xs" c="dimmed" mt={4}>
        {children}
      </Text>
    </div>
  )
}
