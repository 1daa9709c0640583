import { useQuery } from '@tanstack/react-query'
import { ApiError } from '#api/api-error.ts'
import type { TenantOfMe } from '#api/me.ts'
import { Failure } from '#ui/failure.tsx'
import { LoadingLines } from '#ui/loading-lines.tsx'
import { SideDrawer } from '#ui/side-drawer.tsx'
import { credentials } from '#words/credentials.ts'
import { credentialQuery } from './credential-query.ts'
import { EditForm } from './edit-form.tsx'
import { menuId } from './menu-id.ts'

type Props = {
  readonly opened: boolean
  readonly tenant: TenantOfMe
  readonly credentialId: string | undefined
  readonly onClose: () => void
  readonly onTokens: (credentialId: string) => void
}

/** Title, description and Active can change; everything else of a credential stays as it was added. */
export function EditDrawer({ opened, tenant, credentialId, onClose, onTokens }: Props) {
  return (
    <SideDrawer
      opened={opened}
      title={credentials.drawers.edit}
      onClose={onClose}
      returnFocusTo={credentialId === undefined ? undefined : menuId(credentialId)}
    >
      {credentialId !== undefined && (
        <Loaded
          tenant={tenant}
          credentialId={credentialId}
          onClose={onClose}
          onTokens={() => onTokens(credentialId)}
        />
      )}
    </SideDrawer>
  )
}

type LoadedProps = Omit<Props, 'opened' | 'credentialId' | 'onTokens'> & {
  readonly credentialId: string
  readonly onTokens: () => void
}

function Loaded({ tenant, credentialId, onClose, onTokens }: LoadedProps) {
  const { data, error, refetch } = useQuery(credentialQuery(tenant.id, credentialId))
  if (data) {
    return (
      <EditForm
        tenant={tenant}
        credential={data}
        onClose={onClose}
        onTokens={onTokens}
        onReload={() => refetch()}
      />
    )
  }
  if (error === null) return <LoadingLines />
  const gone = error instanceof ApiError && error.status === 404
  return (
    <Failure
      error={error}
      {...(gone && { title: credentials.edit.gone })}
      onRetry={gone ? undefined : () => void refetch()}
    />
  )
}
