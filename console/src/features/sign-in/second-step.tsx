import { Alert, Anchor, Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { ApiError } from '#api/api-error.ts'
import { askAuth } from '#api/auth.ts'
import { errorText } from '#ui/error-text.ts'
import { useRetryWait } from '#ui/retry-wait.ts'
import { signIn } from '#words/sign-in.ts'

const CODE_LENGTH = 6

type Props = {
  readonly onSignedIn: () => void | Promise<void>
  readonly onBack: (why: 'password' | 'expired') => void
}

/** The code of the app, or a backup code. */
export function SecondStep({ onSignedIn, onBack }: Props) {
  const [way, setWay] = useState<'app' | 'backup'>('app')
  const [code, setCode] = useState('')
  const [wait, startWait] = useRetryWait()
  const { mutate, isPending, error, reset } = useMutation({
    mutationFn: (given: string) =>
      askAuth(way === 'app' ? '/two-factor/verify-totp' : '/two-factor/verify-backup-code', { code: given }),
    gcTime: 0,
    onSuccess: onSignedIn,
    onError: (refused) => {
      setCode('')
      if (!(refused instanceof ApiError)) return
      if (refused.code === 'two_factor_expired') onBack('expired')
      if (refused.retryAfter !== undefined) startWait(refused.retryAfter)
    },
  })
  const change = (given: string): void => {
    const next = way === 'app' ? given.replaceAll(/\D/g, '').slice(0, CODE_LENGTH) : given
    setCode(next)
    if (way === 'app' && next.length === CODE_LENGTH && wait === 0) mutate(next)
  }
  const text = failureText(error, wait)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (wait === 0) mutate(code.trim())
      }}
    >
      <Stack gap="md">
        <Text fw={600}>{signIn.secondStep}</Text>
        {text !== undefined && (
          <Alert role="alert" color="red">
            {text}
          </Alert>
        )}
        <TextInput
          key={way}
          label={way === 'app' ? signIn.codeLabel : signIn.backupLabel}
          description={way === 'app' ? signIn.codeHint : signIn.backupHint}
          name="code"
          autoFocus
          required
          autoComplete="one-time-code"
          inputMode={way === 'app' ? 'numeric' : 'text'}
          value={code}
          onChange={(event) => change(event.currentTarget.value)}
        />
        <Button type="submit" fullWidth loading={isPending} disabled={wait > 0}>
          {signIn.confirm}
        </Button>
        <Group justify="space-between">
          <Anchor
            component="button"
            type="button"
            size="sm"
            onClick={() => {
              reset()
              setCode('')
              setWay(way === 'app' ? 'backup' : 'app')
            }}
          >
            {way === 'app' ? signIn.useBackup : signIn.useApp}
          </Anchor>
          <Anchor component="button" type="button" size="sm" onClick={() => onBack('password')}>
            {signIn.startAgain}
          </Anchor>
        </Group>
      </Stack>
    </form>
  )
}

function failureText(error: Error | null, wait: number): string | undefined {
  if (error === null) return undefined
  if (!(error instanceof ApiError)) return errorText(error)
  if (error.code === 'too_many_attempts') return wait > 0 ? signIn.tooMany(wait) : undefined
  return error.code === 'two_factor_code_wrong' ? signIn.codeWrong : errorText(error)
}
