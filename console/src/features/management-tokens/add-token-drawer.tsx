import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, bodyOf, type Schemas } from '#api/client.ts'
import { Done } from '#ui/done.tsx'
import { Failure } from '#ui/failure.tsx'
import { fieldErrors } from '#ui/field-errors.ts'
import { focusFirstError } from '#ui/focus-first-error.ts'
import { type GuardedContent, GuardedDrawer } from '#ui/guarded-drawer.tsx'
import { type Role, RoleField } from '#ui/role-field.tsx'
import { SecretField } from '#ui/secret-field.tsx'
import { common } from '#words/common.ts'
import { managementTokens as words } from '#words/management-tokens.ts'
import { managementTokensQuery } from './management-tokens-query.ts'

type Props = { readonly opened: boolean; readonly tenantId: string; readonly onClose: () => void }

/** First the form, then the token, this once. */
export function AddTokenDrawer({ opened, tenantId, onClose }: Props) {
  return (
    <GuardedDrawer
      opened={opened}
      title={words.drawer}
      onClose={onClose}
      leave={words.leave}
      returnFocusTo="add-management-token"
    >
      {(content) => <Steps tenantId={tenantId} {...content} />}
    </GuardedDrawer>
  )
}

function Steps({ tenantId, guard, close }: GuardedContent & { readonly tenantId: string }) {
  // The token lives here and nowhere else.
  const [made, setMade] = useState<Schemas['MadeManagementToken']>()
  if (!made) {
    return (
      <TokenForm
        tenantId={tenantId}
        onMade={(answer) => {
          setMade(answer)
          guard(true)
        }}
      />
    )
  }
  const line = `curl -s ${window.location.origin}/api/v1/tenants/${tenantId}/credentials -H "Authorization: Bearer ${made.token}"`
  return (
    <Stack gap="md">
      <Done>{words.made(made.managementToken.title)}</Done>
      <Text fw={600} size="sm">
        {words.once}
      </Text>
      <SecretField label={words.token} value={made.token} onCopied={() => guard(false)}>
        {common.roles[made.managementToken.role]}
      </SecretField>
      <SecretField label={words.curl} name={words.curlName} value={line} onCopied={() => guard(false)}>
        {words.curlHint}
      </SecretField>
      <Group justify="flex-end">
        <Button onClick={close}>{words.done}</Button>
      </Group>
    </Stack>
  )
}

type FormProps = {
  readonly tenantId: string
  readonly onMade: (made: Schemas['MadeManagementToken']) => void
}

function TokenForm({ tenantId, onMade }: FormProps) {
  const queries = useQueryClient()
  const form = useForm<{ title: string; role: Role }>({
    initialValues: { title: '', role: 'customer_admin' },
    validate: { title: (title) => (title.trim() === '' ? words.form.titleNeeded : null) },
  })
  const { mutate, isPending, error, reset } = useMutation({
    gcTime: 0,
    mutationFn: (body: typeof form.values) =>
      bodyOf(
        api.POST('/api/v1/tenants/{tenantId}/management-tokens', { params: { path: { tenantId } }, body }),
      ),
    onSuccess: (made) => {
      reset()
      onMade(made)
      void queries.invalidateQueries(managementTokensQuery(tenantId))
    },
    onError: (refused) => {
      const errors = fieldErrors(refused)
      form.setErrors(errors)
      focusFirstError(errors)
    },
  })
  return (
    <form onSubmit={form.onSubmit((values) => mutate(values), focusFirstError)} noValidate>
      <Stack gap="md">
        {error && Object.keys(form.errors).length === 0 && <Failure error={error} />}
        <TextInput
          label={words.form.title}
          description={words.form.titleHint}
          required
          data-autofocus
          maxLength={100}
          {...form.getInputProps('title')}
        />
        <RoleField label={words.form.role} hints={words.form.roleHints} {...form.getInputProps('role')} />
        <Group justify="flex-end">
          <Button type="submit" loading={isPending}>
            {common.save}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
