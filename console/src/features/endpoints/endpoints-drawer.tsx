import { useQuery } from '@tanstack/react-query'
import type { Schemas } from '#api/client.ts'
import { endpointsQuery } from '#api/endpoints.ts'
import type { TenantOfMe } from '#api/me.ts'
import { menuId } from '#features/credentials/menu-id.ts'
import { Failure } from '#ui/failure.tsx'
import { LoadingLines } from '#ui/loading-lines.tsx'
import { SideDrawer } from '#ui/side-drawer.tsx'
import { endpoints as words } from '#words/endpoints.ts'
import { allowedQuery } from './allowed-query.ts'
import { EndpointsEditor } from './endpoints-editor.tsx'

type Props = {
  readonly tenant: TenantOfMe
  readonly credential: Schemas['Credential']
  readonly onClose: () => void
}

/** Narrows what a credential may call. */
export function EndpointsDrawer({ tenant, credential, onClose }: Props) {
  return (
    <SideDrawer opened wide title={words.drawer} onClose={onClose} returnFocusTo={menuId(credential.id)}>
      <Loaded tenant={tenant} credential={credential} onClose={onClose} />
    </SideDrawer>
  )
}

function Loaded({ tenant, credential, onClose }: Props) {
  const all = useQuery(endpointsQuery(tenant.id))
  const allowed = useQuery(allowedQuery(tenant.id, credential.id))
  const error = all.error ?? allowed.error
  if (all.data && allowed.data) {
    return (
      <EndpointsEditor
        tenant={tenant}
        credential={credential}
        endpoints={all.data}
        allowed={allowed.data}
        onReload={async () => (await allowed.refetch()).data}
        onClose={onClose}
      />
    )
  }
  if (!error) return <LoadingLines />
  const retry = (): void => {
    void all.refetch()
    void allowed.refetch()
  }
  return <Failure title={words.failed} error={error} onRetry={retry} />
}
