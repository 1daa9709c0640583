import { Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useCallback, useState } from 'react'
import { useMe } from '#api/me.ts'
import { EndpointsDrawer } from '#features/endpoints/endpoints-drawer.tsx'
import { common } from '#words/common.ts'
import { AddDrawer } from './add-drawer.tsx'
import { CredentialList } from './credential-list.tsx'
import type { RowAction } from './credential-row.tsx'
import { readCredentialsSearch } from './credentials-search.ts'
import { CredentialsToolbar } from './credentials-toolbar.tsx'
import { DeleteDialog } from './delete-dialog.tsx'
import { EditDrawer } from './edit-drawer.tsx'
import { IssueDrawer } from './issue-drawer.tsx'
import { type Credential, credentialsKey } from './use-credentials.ts'
import { WithCredential } from './with-credential.tsx'

const ROUTE = '/signed-in/tenants/$tenantId/apis/credentials'

/** The credentials of a tenant. Which drawer is open stands in the address, so Back closes it. */
export function CredentialsTab() {
  const { tenantId } = useParams({ from: ROUTE })
  const search = useSearch({ from: ROUTE })
  const navigate = useNavigate({ from: '/tenants/$tenantId/apis/credentials' })
  const queries = useQueryClient()
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
  const { add, edit, endpoints, issue, ...filters } = search
  const close = (): void => {
    void navigate({ search: filters, replace: true, resetScroll: false })
    void queries.invalidateQueries({ queryKey: credentialsKey(tenantId) })
  }
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
      <AddDrawer
        opened={mayChange && add === true}
        tenant={tenant}
        onClose={close}
        onEditEndpoints={(id) => void navigate({ search: { ...filters, endpoints: id }, replace: true })}
      />
      <EditDrawer opened={edit !== undefined} tenant={tenant} credentialId={edit} onClose={close} />
      {endpoints !== undefined && (
        <WithCredential tenantId={tenantId} credentialId={endpoints} onClose={close}>
          {(credential) => <EndpointsDrawer tenant={tenant} credential={credential} onClose={close} />}
        </WithCredential>
      )}
      {mayChange && issue !== undefined && (
        <WithCredential tenantId={tenantId} credentialId={issue} onClose={close}>
          {(credential) => <IssueDrawer tenant={tenant} credential={credential} onClose={close} />}
        </WithCredential>
      )}
      {doomed && <DeleteDialog tenantId={tenantId} credential={doomed} onClose={() => doom(undefined)} />}
    </>
  )
}
