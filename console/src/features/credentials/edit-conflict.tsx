import { Alert, Button, Group, Text } from '@mantine/core'
import { IconUsers } from '@tabler/icons-react'
import { credentials } from '#words/credentials.ts'
import type { Credential } from './use-credentials.ts'

const words = credentials.edit.conflict

type Props = {
  readonly theirs: Credential
  readonly onTake: () => void
  readonly onOverwrite: () => void
}

/** Two people edited at once: neither loses anything without knowing. */
export function EditConflict({ theirs, onTake, onOverwrite }: Props) {
  return (
    <Alert role="alert" color="orange" title={words.title} icon={<IconUsers aria-hidden />}>
      <Text size="sm">{words.text}</Text>
      <Text size="sm" mt="xs" fw={600}>
        {theirs.title} · {words.active(theirs.active)}
      </Text>
      {theirs.description !== '' && <Text size="sm">{theirs.description}</Text>}
      <Group mt="sm" gap="xs">
        <Button size="xs" variant="default" onClick={onTake}>
          {words.theirs}
        </Button>
        <Button size="xs" onClick={onOverwrite}>
          {words.mine}
        </Button>
      </Group>
    </Alert>
  )
}
