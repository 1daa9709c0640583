import { useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ApiError } from '#api/api-error.ts'
import { api, bodyOf, type Schemas } from '#api/client.ts'
import type { TenantOfMe } from '#api/me.ts'
import { receiptNotice } from '#features/receipts/receipt-notice.ts'
import { announce } from '#ui/announce.tsx'
import { fieldErrors } from '#ui/field-errors.ts'
import { focusFirstError } from '#ui/focus-first-error.ts'
import { notify } from '#ui/notices.ts'
import { common } from '#words/common.ts'
import { credentials } from '#words/credentials.ts'
import { ifMatch } from './credential-query.ts'
import { type Credential, credentialsKey } from './use-credentials.ts'

type Values = { readonly title: string; readonly description: string; readonly active: boolean }

type Options = {
  readonly tenant: TenantOfMe
  readonly credential: Credential
  readonly onClose: () => void
  readonly onReload: () => Promise<{ readonly data?: Credential | undefined }>
}

/** The form, what saving it does, and what somebody else has saved meanwhile. */
export function useEditForm({ tenant, credential, onClose, onReload }: Options) {
  // As the form was filled: what somebody else saves meanwhile must not slip in unseen.
  const [base, setBase] = useState(credential)
  const [theirs, setTheirs] = useState<Credential>()
  const queries = useQueryClient()
  const form = useForm({
    initialValues: toValues(base),
    validate: { title: (title) => (title.trim() === '' ? credentials.form.titleNeeded : null) },
  })
  const { mutate, error, isPending, reset } = useMutation({
    mutationFn: ({ values, over }: { readonly values: Values; readonly over: Credential }) =>
      bodyOf(
        api.PATCH('/api/v1/tenants/{tenantId}/credentials/{credentialId}', {
          params: { path: { tenantId: tenant.id, credentialId: credential.id }, header: ifMatch(over) },
          body: differences(values, over),
        }),
      ),
    onSuccess: async (saved, { over }) => {
      saySaved(over, saved)
      form.resetDirty()
      await queries.invalidateQueries({ queryKey: credentialsKey(tenant.id) })
      onClose()
    },
    onError: async (refused) => {
      const errors = fieldErrors(refused)
      form.setErrors(errors)
      focusFirstError(errors)
      if (refused instanceof ApiError && refused.code === 'version_mismatch')
        setTheirs((await onReload()).data)
    },
  })
  const save = (values: Values, over: Credential = base): void => {
    if (Object.keys(differences(values, over)).length === 0) {
      form.resetDirty()
      onClose()
    } else mutate({ values, over })
  }
  const takeTheirs = (): void => {
    if (!theirs) return
    form.setInitialValues(toValues(theirs))
    form.setValues(toValues(theirs))
    setBase(theirs)
    setTheirs(undefined)
    reset()
  }
  return { form, error: theirs ? null : error, theirs, isPending, save, takeTheirs }
}

function toValues({ title, description, active }: Credential): Values {
  return { title, description, active }
}

/** Only what has changed is sent. */
function differences(values: Values, before: Credential): Partial<Values> {
  return {
    ...(values.title.trim() !== before.title && { title: values.title }),
    ...(values.description !== before.description && { description: values.description }),
    ...(values.active !== before.active && { active: values.active }),
  }
}

/** A new title changes no decision, so that no gateway has to be heard. */
function saySaved(before: Credential, { title, active, receipt }: Schemas['EditedCredential']): void {
  const { activated, deactivated } = credentials.edit
  if (before.active === active) announce(common.saved)
  else if (active) notify(receiptNotice(receipt, { done: activated(title), holds: 'works' }))
  else notify(receiptNotice(receipt, { done: deactivated(title), holds: 'refused' }))
}
