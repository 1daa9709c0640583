import { Alert, Button, Divider, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { ApiError } from '#api/api-error.ts'
import { askAuth } from '#api/auth.ts'
import { useConsole } from '#api/me.ts'
import { errorText } from '#ui/error-text.ts'
import { useRetryWait } from '#ui/retry-wait.ts'
import { signIn } from '#words/sign-in.ts'
import { SingleSignOnButton } from './single-sign-on-button.tsx'

type Props = {
  readonly onSignedIn: () => void | Promise<void>
  readonly onSecondFactor: () => void
  readonly returnTo: string | undefined
  /** The second step came too late. */
  readonly expired: boolean
}

export function PasswordStep({ onSignedIn, onSecondFactor, returnTo, expired }: Props) {
  const { singleSignOn } = useConsole()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [wait, startWait] = useRetryWait()
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => askAuth<{ twoFactorRedirect?: boolean }>('/sign-in/email', { email, password }),
    gcTime: 0,
    onSuccess: async ({ twoFactorRedirect }) => {
      setPassword('')
      if (twoFactorRedirect === true) onSecondFactor()
      else await onSignedIn()
    },
    onError: (refused) => {
      if (refused instanceof ApiError && refused.retryAfter !== undefined) startWait(refused.retryAfter)
    },
  })
  const text = expired && error === null ? signIn.expired : failureText(error, wait)
  return (
    <Stack gap="md">
      {singleSignOn && (
        <>
          <SingleSignOnButton name={singleSignOn.name} returnTo={returnTo} />
          <Divider label={signIn.or} labelPosition="center" />
        </>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (wait === 0) mutate()
        }}
      >
        <Stack gap="md">
          {text !== undefined && (
            <Alert role="alert" color="red">
              {text}
            </Alert>
          )}
          <TextInput
            label={signIn.email}
            name="email"
            type="email"
            autoComplete="username"
            required
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <PasswordInput
            label={signIn.password}
            name="password"
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          <Button type="submit" fullWidth loading={isPending} disabled={wait > 0}>
            {signIn.submit}
          </Button>
        </Stack>
      </form>
    </Stack>
  )
}

function failureText(error: Error | null, wait: number): string | undefined {
  if (error === null) return undefined
  if (!(error instanceof ApiError)) return errorText(error)
  if (error.code === 'too_many_attempts') return wait > 0 ? signIn.tooMany(wait) : undefined
  return error.code === 'sign_in_failed' ? signIn.failed : errorText(error)
}
