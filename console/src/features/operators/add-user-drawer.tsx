import { Button, Group, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ApiError } from '#api/api-error.ts'
import { api, bodyOf, type Schemas } from '#api/client.ts'
import { Done } from '#ui/done.tsx'
import { Failure } from '#ui/failure.tsx'
import { fieldErrors } from '#ui/field-errors.ts'
import { focusFirstError } from '#ui/focus-first-error.ts'
import { type GuardedContent, GuardedDrawer } from '#ui/guarded-drawer.tsx'
import { type Role, RoleField } from '#ui/role-field.tsx'
import { common } from '#words/common.ts'
import { operators as words } from '#words/operators.ts'
import { InvitationLink } from './invitation-link.tsx'
import { operatorsQuery } from './operators-query.ts'

type Props = { readonly opened: boolean; readonly tenantId: string; readonly onClose: () => void }

/** First who, then the link to hand over: nothing is sent by e-mail. */
export function AddUserDrawer({ opened, tenantId, onClose }: Props) {
  return (
    <GuardedDrawer
      opened={opened}
      title={words.drawers.add}
      onClose={onClose}
      leave={words.leave}
      returnFocusTo="add-user"
    >
      {(content) => <Steps tenantId={tenantId} {...content} />}
    </GuardedDrawer>
  )
}

function Steps({ tenantId, guard, close }: GuardedContent & { readonly tenantId: string }) {
  const [added, setAdded] = useState<Schemas['AddedOperator']>()
  if (!added) {
    return (
      <UserForm
        tenantId={tenantId}
        onAdded={(answer) => {
          setAdded(answer)
          guard(answer.invitation !== null)
        }}
      />
    )
  }
  const { invitation, operator } = added
  if (invitation) {
    return (
      <InvitationLink
        message={words.invited(operator.name)}
        invitation={invitation}
        onCopied={() => guard(false)}
        onDone={close}
      />
    )
  }
  return (
    <Stack>
      <Done>{operator.pending ? words.invitedElsewhere(operator.name) : words.known(operator.name)}</Done>
      <Group justify="flex-end">
        <Button onClick={close}>{words.done}</Button>
      </Group>
    </Stack>
  )
}

type FormProps = { readonly tenantId: string; readonly onAdded: (added: Schemas['AddedOperator']) => void }

function UserForm({ tenantId, onAdded }: FormProps) {
  const queries = useQueryClient()
  const form = useForm<{ name: string; email: string; role: Role }>({
    initialValues: { name: '', email: '', role: 'user' },
    validate: {
      name: (name) => (name.trim() === '' ? words.form.nameNeeded : null),
      email: (email) => (email.trim() === '' ? words.form.emailNeeded : null),
    },
  })
  const { mutate, isPending, error, reset } = useMutation({
    gcTime: 0,
    mutationFn: (body: typeof form.values) =>
      bodyOf(api.POST('/api/v1/tenants/{tenantId}/operators', { params: { path: { tenantId } }, body })),
    onSuccess: (added) => {
      reset()
      onAdded(added)
      void queries.invalidateQueries(operatorsQuery(tenantId))
    },
    onError: (refused) => {
      const exists = refused instanceof ApiError && refused.code === 'operator_exists'
      const errors = exists ? { email: words.exists } : fieldErrors(refused)
      form.setErrors(errors)
      focusFirstError(errors)
    },
  })
  return (
    <form onSubmit={form.onSubmit((values) => mutate(values), focusFirstError)} noValidate>
      <Stack gap="md">
        {error && Object.keys(form.errors).length === 0 && <Failure error={error} />}
        <TextInput
          label={words.form.name}
          required
          data-autofocus
          autoComplete="off"
          {...form.getInputProps('name')}
        />
        <TextInput
          label={words.form.email}
          type="email"
          required
          autoComplete="off"
          {...form.getInputProps('email')}
        />
        <RoleField label={words.form.role} hints={words.roleHints} {...form.getInputProps('role')} />
        <Group justify="flex-end">
          <Button type="submit" loading={isPending}>
            {common.save}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
