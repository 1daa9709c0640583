import { Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, bodyOf } from '#api/client.ts'
import { receiptNotice } from '#features/receipts/receipt-notice.ts'
import { Confirm } from '#ui/confirm.tsx'
import { Failure } from '#ui/failure.tsx'
import { notify } from '#ui/notices.ts'
import { returnFocus } from '#ui/return-focus.ts'
import { credentials } from '#words/credentials.ts'
import { ifMatch } from './credential-query.ts'
import { menuId } from './menu-id.ts'
import { type Credential, credentialsKey } from './use-credentials.ts'

type Props = { readonly tenantId: string; readonly credential: Credential; readonly onClose: () => void }

/** Asks before a credential is gone for good. */
export function DeleteDialog({ tenantId, credential, onClose }: Props) {
  const queries = useQueryClient()
  const { id: credentialId, title } = credential
  const { mutate, isPending, error } = useMutation({
    mutationFn: () =>
      bodyOf(
        api.DELETE('/api/v1/tenants/{tenantId}/credentials/{credentialId}', {
          params: { path: { tenantId, credentialId }, header: ifMatch(credential) },
        }),
      ),
    onSuccess: async ({ receipt }) => {
      notify(receiptNotice(receipt, { done: credentials.remove.done(title), holds: 'refused' }))
      await queries.invalidateQueries({ queryKey: credentialsKey(tenantId) })
      onClose()
      // Its row is gone, and so is the button that had the focus.
      returnFocus('add-credentials')
    },
  })
  return (
    <Confirm
      title={credentials.remove.title}
      confirmLabel={credentials.remove.confirm}
      danger
      returnFocusTo={menuId(credentialId)}
      busy={isPending}
      onConfirm={() => mutate()}
      onCancel={onClose}
    >
      <Text size="sm">{credentials.remove.text(title)}</Text>
      {error && <Failure error={error} />}
    </Confirm>
  )
}
