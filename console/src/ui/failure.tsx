import { Alert, Button, Group, Text } from '@mantine/core'
import { IconAlertCircle, IconDatabaseOff } from '@tabler/icons-react'
import { ApiError } from '#api/api-error.ts'
import { common } from '#words/common.ts'
import { errorText, isStorageAway } from './error-text.ts'

type Props = {
  readonly error: unknown
  readonly title?: string
  readonly onRetry?: (() => void) | undefined
}

/** Says what failed, loudly to screen readers, with a way to try again where there is one. */
export function Failure({ error, title, onRetry }: Props) {
  const passes = isStorageAway(error)
  return (
    <Alert
      role="alert"
      color={passes ? 'orange' : 'red'}
      icon={passes ? <IconDatabaseOff aria-hidden /> : <IconAlertCircle aria-hidden />}
      title={title}
    >
      <Text size="sm">{errorText(error)}</Text>
      {error instanceof ApiError && error.status >= 500 && (
        <Text size="xs" mt={4}>
          {common.requestId(error.requestId)}
        </Text>
      )}
      {onRetry && (
        <Group mt="sm">
          <Button size="xs" variant="default" onClick={onRetry}>
            {common.retry}
          </Button>
        </Group>
      )}
    </Alert>
  )
}
