import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { ApiError } from '#api/api-error.ts'
import { Failure } from '#ui/failure.tsx'
import { SideDrawer } from '#ui/side-drawer.tsx'
import { common } from '#words/common.ts'
import { credentials } from '#words/credentials.ts'
import { credentialQuery } from './credential-query.ts'
import type { Credential } from './use-credentials.ts'

type Props = {
  readonly tenantId: string
  readonly credentialId: string
  readonly onClose: () => void
  readonly children: (credential: Credential) => ReactNode
}

/** Loads the credential that the address names; says so in a drawer where it cannot be had. */
export function WithCredential({ tenantId, credentialId, onClose, children }: Props) {
  const { data, error, refetch } = useQuery(credentialQuery(tenantId, credentialId))
  if (data) return children(data)
  if (error === null) return null
  const gone = error instanceof ApiError && error.status === 404
  return (
    <SideDrawer opened title={credentials.drawers.edit} onClose={onClose}>
      <Failure
        error={error}
        title={gone ? credentials.edit.gone : common.unknownError}
        onRetry={gone ? undefined : () => void refetch()}
      />
    </SideDrawer>
  )
}
