import { Stack, Text, ThemeIcon, Title } from '@mantine/core'
import type { ReactNode } from 'react'

type Props = {
  readonly icon: ReactNode
  readonly title: string
  readonly text: string
  /** Level of its heading: 2 on a page, deeper inside a section. */
  readonly order?: 2 | 4
  readonly action?: ReactNode
}

/** Where a list has nothing: what would stand here, and how to begin. */
export function Empty({ icon, title, text, order = 2, action }: Props) {
  return (
    <Stack align="center" gap="xs" py={48} px="md">
      <ThemeIcon size={48} radius="xl" variant="light" aria-hidden>
        {icon}
      </ThemeIcon>
      <Title order={order} size="h4" mt="xs">
        {title}
      </Title>
      <Text c="dimmed" ta="center" maw={460}>
        {text}
      </Text>
      {action}
    </Stack>
  )
}
