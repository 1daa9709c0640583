import { Button, Group, PasswordInput, Stack } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { ApiError } from '#api/api-error.ts'
import { askAuth } from '#api/auth.ts'
import { Failure } from '#ui/failure.tsx'
import { account } from '#words/account.ts'

const words = account.twoFactor

type Props<Answer> = {
  /** Below `/api/auth`. */
  readonly path: string
  readonly label: string
  readonly onDone: (answer: Answer) => void | Promise<void>
}

/** Asks for the password, and with it for a change of the account. */
export function PasswordCheck<Answer>({ path, label, onDone }: Props<Answer>) {
  const [password, setPassword] = useState('')
  const { mutate, isPending, error, reset } = useMutation({
    gcTime: 0,
    mutationFn: () => askAuth<Answer>(path, { password }),
    onSuccess: async (answer) => {
      setPassword('')
      reset()
      await onDone(answer)
    },
  })
  const wrong = error instanceof ApiError && error.code === 'password_wrong'
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        mutate()
      }}
    >
      <Stack gap="md">
        {error && !wrong && <Failure error={error} />}
        <PasswordInput
          label={words.confirmPassword}
          description={words.confirmHint}
          required
          data-autofocus
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          error={wrong ? account.password.wrong : undefined}
        />
        <Group justify="flex-end">
          <Button type="submit" loading={isPending}>
            {label}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
