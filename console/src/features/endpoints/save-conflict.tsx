import { Alert, Button, Group, Text } from '@mantine/core'
import { IconUsers } from '@tabler/icons-react'
import { endpoints } from '#words/endpoints.ts'
import type { Allowed } from './allowed-query.ts'

const words = endpoints.conflict

type Props = {
  readonly theirs: Allowed['allowed']
  readonly onTake: () => void
  readonly onOverwrite: () => void
}

/** Two people chose at once: neither loses anything without knowing. */
export function SaveConflict({ theirs, onTake, onOverwrite }: Props) {
  return (
    <Alert role="alert" color="orange" title={words.title} icon={<IconUsers aria-hidden />}>
      <Text size="sm">{words.text}</Text>
      <Text size="sm" mt="xs" fw={600}>
        {theirs.kind === 'all' ? words.theirsAll : words.theirsList(theirs.endpoints.length)}
      </Text>
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
