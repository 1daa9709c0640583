import { Button, Group, PasswordInput, Radio, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { api, bodyOf, type Schemas } from '#api/client.ts'
import type { TenantOfMe } from '#api/me.ts'
import { Failure } from '#ui/failure.tsx'
import { fieldErrors } from '#ui/field-errors.ts'
import { focusFirstError } from '#ui/focus-first-error.ts'
import { LeaveGuard } from '#ui/leave-guard.tsx'
import { common } from '#words/common.ts'
import { credentials } from '#words/credentials.ts'

const PASSWORD_LENGTH_MIN = 15
const words = credentials.form

type Method = TenantOfMe['authenticationMethods'][number]

type Props = { readonly tenant: TenantOfMe; readonly onAdded: (added: Schemas['AddedCredential']) => void }

export function AddForm({ tenant, onAdded }: Props) {
  const { form, error, isPending, save } = useAddForm(tenant, onAdded)
  const { method } = form.values
  return (
    <form onSubmit={form.onSubmit(save, (errors) => focusFirstError(errors))} noValidate>
      <Stack gap="md">
        {error && Object.keys(form.errors).length === 0 && <Failure error={error} />}
        <TextInput
          label={words.title}
          description={words.titleHint}
          required
          data-autofocus
          maxLength={100}
          name="title"
          {...form.getInputProps('title')}
        />
        <Textarea
          label={words.description}
          description={words.descriptionHint}
          autosize
          minRows={2}
          maxRows={6}
          maxLength={2000}
          name="description"
          {...form.getInputProps('description')}
        />
        <MethodField methods={tenant.authenticationMethods} {...form.getInputProps('method')} />
        {method === 'oauth' && (
          <>
            <TextInput
              label={words.email}
              description={words.emailHint}
              type="email"
              required
              autoComplete="off"
              name="email"
              {...form.getInputProps('email')}
            />
            <PasswordInput
              label={words.password}
              description={words.passwordHint}
              required
              autoComplete="new-password"
              name="password"
              {...form.getInputProps('password')}
            />
          </>
        )}
        <Text size="sm" c="dimmed">
          {words.reachesAll}
        </Text>
        <Group justify="flex-end">
          <Button type="submit" loading={isPending}>
            {common.save}
          </Button>
        </Group>
      </Stack>
      <LeaveGuard when={form.isDirty() && !isPending} words={words.leave} />
    </form>
  )
}

function useAddForm(tenant: TenantOfMe, onAdded: Props['onAdded']) {
  // The same for a repeated Save, so that an answer lost on the way does not make two credentials.
  const [idempotencyKey] = useState(() => crypto.randomUUID())
  const form = useForm({
    initialValues: { title: '', description: '', method: initialMethod(tenant), email: '', password: '' },
    validate: {
      title: (title) => (title.trim() === '' ? words.titleNeeded : null),
      email: (email, { method }) => (method === 'oauth' && email.trim() === '' ? words.emailNeeded : null),
      password: (password, { method }) =>
        method === 'oauth' && Array.from(password).length < PASSWORD_LENGTH_MIN ? words.passwordNeeded : null,
    },
  })
  const { mutate, error, isPending, reset } = useMutation({
    gcTime: 0,
    mutationFn: ({ title, description, method, email, password }: typeof form.values) =>
      bodyOf(
        api.POST('/api/v1/tenants/{tenantId}/credentials', {
          params: { path: { tenantId: tenant.id }, header: { 'Idempotency-Key': idempotencyKey } },
          body: {
            title,
            description,
            authenticationMethod: method,
            allowedEndpoints: { kind: 'all' },
            ...(method === 'oauth' && { email: email.trim(), password }),
          },
        }),
      ),
    onSuccess: (added) => {
      // Nothing is unsaved any more, and the answer is kept by the drawer alone.
      form.resetDirty()
      reset()
      onAdded(added)
    },
    onError: (refused) => {
      const errors = fieldErrors(refused)
      form.setErrors(errors)
      focusFirstError(errors)
    },
  })
  return { form, error, isPending, save: (values: typeof form.values) => mutate(values) }
}

function initialMethod({ authenticationMethods }: TenantOfMe): Method {
  return authenticationMethods.includes('oauth') ? 'oauth' : 'api_token'
}

type MethodProps = {
  readonly methods: readonly Method[]
  readonly value?: string
  readonly onChange?: (value: string) => void
}

/** OAuth is there only where the tenant's edition has it. */
function MethodField({ methods, ...input }: MethodProps) {
  return (
    <Radio.Group label={credentials.method} required {...input}>
      <Stack gap="xs" mt={6}>
        {methods.map((method) => (
          <Radio
            key={method}
            value={method}
            label={credentials.methods[method]}
            description={words.methodHints[method]}
          />
        ))}
      </Stack>
    </Radio.Group>
  )
}
