import { Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { askAuth } from '#api/auth.ts'
import { api, bodyOf } from '#api/client.ts'
import { meQuery } from '#api/me.ts'
import { sessionEnd } from '#api/session-end.ts'
import { Failure } from '#ui/failure.tsx'
import { fieldErrors } from '#ui/field-errors.ts'
import { welcome } from '#words/welcome.ts'

type Props = {
  readonly code: string
  readonly invited: { readonly email: string; readonly name: string } | undefined
}

/** Name and password, for the first operator an e-mail address too. Signs in with them right away. */
export function AccountForm({ code, invited }: Props) {
  const queries = useQueryClient()
  const router = useRouter()
  const form = useForm({
    initialValues: { name: invited?.name ?? '', email: invited?.email ?? '', password: '' },
  })
  const { mutate, isPending, error } = useMutation({
    gcTime: 0,
    mutationFn: async ({ name, email, password }: typeof form.values) => {
      const own = invited ? {} : { email }
      const made = await bodyOf(api.POST('/api/v1/welcome', { body: { code, name, password, ...own } }))
      await askAuth('/sign-in/email', { email: made.email, password })
    },
    onSuccess: async () => {
      sessionEnd.set(false)
      queries.removeQueries({ queryKey: meQuery.queryKey })
      router.history.replace('/')
      await router.invalidate()
    },
    onError: (refused) => form.setErrors(fieldErrors(refused)),
  })
  return (
    <form onSubmit={form.onSubmit((values) => mutate(values))}>
      <Stack gap="md">
        {error && Object.keys(form.errors).length === 0 && <Failure error={error} />}
        <TextInput label={welcome.name} autoComplete="name" required {...form.getInputProps('name')} />
        <TextInput
          label={welcome.email}
          type="email"
          autoComplete="username"
          required
          readOnly={invited !== undefined}
          {...form.getInputProps('email')}
        />
        <PasswordInput
          label={welcome.password}
          description={welcome.passwordHint}
          autoComplete="new-password"
          required
          {...form.getInputProps('password')}
        />
        <Button type="submit" fullWidth loading={isPending}>
          {welcome.create}
        </Button>
      </Stack>
    </form>
  )
}
