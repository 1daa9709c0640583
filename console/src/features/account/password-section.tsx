import { Button, PasswordInput, Stack, Text } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { ApiError } from '#api/api-error.ts'
import { askAuth } from '#api/auth.ts'
import { announce } from '#ui/announce.tsx'
import { Failure } from '#ui/failure.tsx'
import { fieldErrors } from '#ui/field-errors.ts'
import { focusFirstError } from '#ui/focus-first-error.ts'
import { Section } from '#ui/section.tsx'
import { account } from '#words/account.ts'

const words = account.password

type Props = { readonly hasPassword: boolean; readonly email: string }

export function PasswordSection({ hasPassword, email }: Props) {
  return (
    <Section title={words.title}>
      {hasPassword ? <PasswordForm email={email} /> : <Text size="sm">{words.none}</Text>}
    </Section>
  )
}

function PasswordForm({ email }: { readonly email: string }) {
  const queries = useQueryClient()
  const form = useForm({ initialValues: { currentPassword: '', newPassword: '' } })
  const { mutate, isPending, isSuccess, error } = useMutation({
    gcTime: 0,
    mutationFn: (values: typeof form.values) => askAuth('/change-password', values),
    onSuccess: async () => {
      form.reset()
      announce(words.changed)
      await queries.invalidateQueries({ queryKey: ['sessions'] })
    },
    onError: (refused) => {
      const wrong = refused instanceof ApiError && refused.code === 'password_wrong'
      const errors = wrong ? { currentPassword: words.wrong } : fieldErrors(refused)
      form.setErrors(errors)
      focusFirstError(errors)
    },
  })
  return (
    <form onSubmit={form.onSubmit((values) => mutate(values))}>
      <Stack gap="md" maw={420}>
        {error && Object.keys(form.errors).length === 0 && <Failure error={error} />}
        {isSuccess && (
          <Text size="sm" fw={600}>
            {words.changed}
          </Text>
        )}
        {/* Lets password managers know whose password it is. */}
        <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
        <PasswordInput
          label={words.current}
          required
          autoComplete="current-password"
          {...form.getInputProps('currentPassword')}
        />
        <PasswordInput
          label={words.next}
          description={words.nextHint}
          required
          autoComplete="new-password"
          {...form.getInputProps('newPassword')}
        />
        <div>
          <Button type="submit" loading={isPending}>
            {words.change}
          </Button>
        </div>
      </Stack>
    </form>
  )
}
