import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, bodyOf, type Schemas } from '#api/client.ts'
import type { TenantOfMe } from '#api/me.ts'
import { Confirm } from '#ui/confirm.tsx'
import { Failure } from '#ui/failure.tsx'
import { SideDrawer } from '#ui/side-drawer.tsx'
import { credentials } from '#words/credentials.ts'
import { ifMatch } from './credential-query.ts'
import { menuId } from './menu-id.ts'
import { SecretsView } from './secrets-view.tsx'
import { type Credential, credentialsKey } from './use-credentials.ts'

type Props = { readonly tenant: TenantOfMe; readonly credential: Credential; readonly onClose: () => void }

/** Asks, issues, and shows the new tokens this once. */
export function IssueDrawer({ tenant, credential, onClose }: Props) {
  const queries = useQueryClient()
  const [issued, setIssued] = useState<Schemas['AddedCredential']>()
  const { mutate, isPending, error, reset } = useMutation({
    gcTime: 0,
    mutationFn: () =>
      bodyOf(
        api.POST('/api/v1/tenants/{tenantId}/credentials/{credentialId}/tokens', {
          params: { path: { tenantId: tenant.id, credentialId: credential.id }, header: ifMatch(credential) },
        }),
      ),
    onSuccess: (answer) => {
      reset()
      setIssued(answer)
      void queries.invalidateQueries({ queryKey: credentialsKey(tenant.id) })
    },
  })
  if (!issued) {
    return (
      <Confirm
        title={credentials.issue.title}
        confirmLabel={credentials.issue.confirm}
        busy={isPending}
        returnFocusTo={menuId(credential.id)}
        onConfirm={() => mutate()}
        onCancel={onClose}
      >
        {error ? <Failure error={error} /> : credentials.issue.text(credential.title)}
      </Confirm>
    )
  }
  return (
    <SideDrawer
      opened
      title={credentials.drawers.refreshed}
      onClose={onClose}
      returnFocusTo={menuId(credential.id)}
    >
      <SecretsView
        tenant={tenant}
        issued={issued}
        message={credentials.secrets.issued(issued.credential.title)}
        onDone={onClose}
      />
    </SideDrawer>
  )
}
