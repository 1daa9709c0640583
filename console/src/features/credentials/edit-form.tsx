import { Button, Checkbox, Group, Stack, Text, Textarea, TextInput } from '@mantine/core'
import type { TenantOfMe } from '#api/me.ts'
import { ReuseAlert } from '#features/tokens/reuse-alert.tsx'
import { Failure } from '#ui/failure.tsx'
import { focusFirstError } from '#ui/focus-first-error.ts'
import { LeaveGuard } from '#ui/leave-guard.tsx'
import { common } from '#words/common.ts'
import { credentials } from '#words/credentials.ts'
import { CredentialFacts } from './credential-facts.tsx'
import { EditConflict } from './edit-conflict.tsx'
import type { Credential } from './use-credentials.ts'
import { useEditForm } from './use-edit-form.ts'

type Props = {
  readonly tenant: TenantOfMe
  readonly credential: Credential
  readonly onClose: () => void
  readonly onTokens: () => void
  readonly onReload: () => Promise<{ readonly data?: Credential | undefined }>
}

export function EditForm({ tenant, credential, onClose, onTokens, onReload }: Props) {
  const mayChange = tenant.role === 'customer_admin'
  const { form, error, theirs, isPending, save, takeTheirs } = useEditForm({
    tenant,
    credential,
    onClose,
    onReload,
  })
  const words = credentials.form
  return (
    <form
      onSubmit={form.onSubmit(
        (values) => save(values),
        (errors) => focusFirstError(errors),
      )}
      noValidate
    >
      <Stack gap="md">
        <ReuseAlert at={credential.refreshTokenReusedAt} />
        {theirs && (
          <EditConflict theirs={theirs} onTake={takeTheirs} onOverwrite={() => save(form.values, theirs)} />
        )}
        {error && Object.keys(form.errors).length === 0 && <Failure error={error} />}
        {!mayChange && (
          <Text c="dimmed" size="sm">
            {common.readOnly}
          </Text>
        )}
        <TextInput
          label={words.title}
          required={mayChange}
          data-autofocus
          maxLength={100}
          readOnly={!mayChange}
          {...form.getInputProps('title')}
        />
        <Textarea
          label={words.description}
          autosize
          minRows={2}
          maxRows={8}
          maxLength={2000}
          readOnly={!mayChange}
          {...form.getInputProps('description')}
        />
        <Checkbox
          label={credentials.edit.active}
          description={credentials.edit.activeHint}
          disabled={!mayChange}
          {...form.getInputProps('active', { type: 'checkbox' })}
        />
        {mayChange && (
          <Group justify="flex-end">
            <Button type="submit" loading={isPending}>
              {common.save}
            </Button>
          </Group>
        )}
        <CredentialFacts credential={credential} onTokens={onTokens} />
      </Stack>
      <LeaveGuard when={mayChange && form.isDirty() && !isPending} words={words.leave} />
    </form>
  )
}
