import { Text } from '@mantine/core'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useCallback, useState } from 'react'
import { useMe } from '#api/me.ts'
import { common } from '#words/common.ts'
import { CredentialDrawers } from './credential-drawers.tsx'
import { CredentialList } from './credential-list.tsx'
import type { RowAction } from './credential-row.tsx'
import { filtersOf, readCredentialsSearch } from './credentials-search.ts'
import { CredentialsToolbar } from './credentials-toolbar.tsx'
import { DeleteDialog } from './delete-dialog.tsx'
import type { Credential } from './use-credentials.ts'

const ROUTE = '/signed-in/tenants/$tenantId/apis/credentials'

/** The credentials of a tenant. Which drawer is open stands in the address, so Back closes it. */
export function CredentialsTab() {
  const { tenantId } = useParams({ from: ROUTE })
  const search = useSearch({ from: ROUTE })
  const navigate = useNavigate({ from: '/tenants/$tenantId/apis/credentials' })
  const tenant = useMe().tenants.find(({ id }) => id === tenantId)
  const [doomed, doom] = useState<Credential>()
  // The same function at every drawing: rows are drawn again only where they have changed.
  const onRow = useCallback(
    (action: RowAction, credential: Credential) => {
      if (action === 'delete') doom(credential)
      else void navigate({ search: (now) => ({ ...now, [action]: credential.id }), resetScroll: false })
    },
    [navigate],
  )
  if (!tenant) return null
  const mayChange = tenant.role === 'customer_admin'
  const filters = filtersOf(search)
  const openAdd = (): void => void navigate({ search: (now) => ({ ...now, add: true }), resetScroll: false })
  return (
    <>
      {!mayChange && (
        <Text c="dimmed" size="sm" mb="md">
          {common.readOnly}
        </Text>
      )}
      <CredentialsToolbar
        tenant={tenant}
        search={filters}
        onSearch={(change) =>
          void navigate({
            search: (now) => readCredentialsSearch({ ...now, ...change }),
            replace: true,
            resetScroll: false,
          })
        }
        onAdd={mayChange ? openAdd : undefined}
      />
      <CredentialList
        tenant={tenant}
        search={filters}
        onClear={() => void navigate({ search: {}, replace: true })}
        onRow={onRow}
      />
      <CredentialDrawers
        tenant={tenant}
        search={search}
        onGo={(open) => void navigate({ search: { ...filters, ...open }, replace: true, resetScroll: false })}
      />
      {doomed && <DeleteDialog tenantId={tenantId} credential={doomed} onClose={() => doom(undefined)} />}
    </>
  )
}
