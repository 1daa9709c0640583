import { Button, Group, Stack, Text } from '@mantine/core'
import type { Schemas } from '#api/client.ts'
import { useConsole } from '#api/me.ts'
import { DateTime } from '#ui/date-time.tsx'
import { Done } from '#ui/done.tsx'
import { SecretField } from '#ui/secret-field.tsx'
import { operators as words } from '#words/operators.ts'

type Props = {
  readonly message: string
  readonly invitation: Schemas['Invitation']
  readonly onCopied: () => void
  readonly onDone: () => void
}

/** The code stands in the fragment: no server and no log ever sees it. */
export function InvitationLink({ message, invitation: { code, expiresAt }, onCopied, onDone }: Props) {
  const { singleSignOn } = useConsole()
  return (
    <Stack gap="md">
      <Done>{message}</Done>
      <SecretField label={words.link} value={`${window.location.origin}/welcome#${code}`} onCopied={onCopied}>
        {words.linkOnce} <DateTime value={expiresAt} show="moment" />
      </SecretField>
      {singleSignOn && (
        <Text size="sm" c="dimmed">
          {words.withSingleSignOn(singleSignOn.name)}
        </Text>
      )}
      <Group justify="flex-end">
        <Button onClick={onDone}>{words.done}</Button>
      </Group>
    </Stack>
  )
}
