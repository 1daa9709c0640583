import { Alert, Group, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { DateTime } from '#ui/date-time.tsx'
import { tokens } from '#words/tokens.ts'

const words = tokens.reuse

type Props = {
  /** Null where no refresh token came back. */
  readonly at: string | null
  /** What leads on. */
  readonly action?: ReactNode
}

/** A refresh token came back that had been exchanged (RFC 9700 4.14.2): what it means, what was done, what to do. */
export function ReuseAlert({ at, action }: Props) {
  if (at === null) return null
  return (
    <Alert color="red" icon={<IconAlertTriangle aria-hidden />} title={words.title}>
      <Text size="sm">
        {words.when} <DateTime value={at} show="moment" />. {words.what}
      </Text>
      <Text size="sm" mt={6}>
        {words.done}
      </Text>
      <Text size="sm" mt={6}>
        {words.doNow}
      </Text>
      {action !== undefined && <Group mt="sm">{action}</Group>}
    </Alert>
  )
}
