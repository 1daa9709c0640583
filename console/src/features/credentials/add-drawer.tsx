import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Schemas } from '#api/client.ts'
import type { TenantOfMe } from '#api/me.ts'
import { receiptNotice } from '#features/receipts/receipt-notice.ts'
import { noticePlace } from '#features/tokens/notice-place.ts'
import { notifyWarning } from '#ui/notices.ts'
import { SideDrawer } from '#ui/side-drawer.tsx'
import { credentials } from '#words/credentials.ts'
import { AddForm } from './add-form.tsx'
import { SecretsView } from './secrets-view.tsx'
import { credentialsKey } from './use-credentials.ts'

type Props = {
  readonly opened: boolean
  readonly tenant: TenantOfMe
  readonly onClose: () => void
  readonly onEditEndpoints: (credentialId: string) => void
}

/** First the form, then the tokens: both are gone from the page once the drawer is closed. */
export function AddDrawer({ opened, tenant, onClose, onEditEndpoints }: Props) {
  return (
    <SideDrawer
      opened={opened}
      title={credentials.drawers.add}
      onClose={onClose}
      returnFocusTo="add-credentials"
    >
      <Steps tenant={tenant} onClose={onClose} onEditEndpoints={onEditEndpoints} />
    </SideDrawer>
  )
}

function Steps({ tenant, onClose, onEditEndpoints }: Omit<Props, 'opened'>) {
  // The tokens live here and nowhere else: in no cache, no address, no storage.
  const [added, setAdded] = useState<Schemas['AddedCredential']>()
  const queries = useQueryClient()
  if (!added) {
    return (
      <AddForm
        tenant={tenant}
        onAdded={(answer) => {
          setAdded(answer)
          const { credential, receipt } = answer
          const done = credentials.secrets.added(credential.title)
          notifyWarning(receiptNotice(receipt, { done, holds: 'works' }), noticePlace(credential.id))
          void queries.invalidateQueries({ queryKey: credentialsKey(tenant.id) })
        }}
      />
    )
  }
  return (
    <SecretsView
      tenant={tenant}
      issued={added}
      message={credentials.secrets.added(added.credential.title)}
      holds="works"
      onDone={onClose}
      onEditEndpoints={() => onEditEndpoints(added.credential.id)}
    />
  )
}
