import { useQueryClient } from '@tanstack/react-query'
import type { TenantOfMe } from '#api/me.ts'
import { EndpointsDrawer } from '#features/endpoints/endpoints-drawer.tsx'
import { ISSUE_MARK } from '#features/tokens/issue-mark.ts'
import { TokensDrawer } from '#features/tokens/tokens-drawer.tsx'
import { AddDrawer } from './add-drawer.tsx'
import type { CredentialsSearch, OpenDrawer } from './credentials-search.ts'
import { EditDrawer } from './edit-drawer.tsx'
import { IssueDrawer } from './issue-drawer.tsx'
import { menuId } from './menu-id.ts'
import { credentialsKey } from './use-credentials.ts'
import { WithCredential } from './with-credential.tsx'

type Props = {
  readonly tenant: TenantOfMe
  readonly search: CredentialsSearch
  /** Opens what it is given in place of what is open. */
  readonly onGo: (open: OpenDrawer) => void
}

/** The drawer that the address names. */
export function CredentialDrawers({ tenant, search, onGo }: Props) {
  const queries = useQueryClient()
  const mayChange = tenant.role === 'customer_admin'
  const { add, edit, endpoints, issue, tokens } = search
  const close = (): void => {
    onGo({})
    void queries.invalidateQueries({ queryKey: credentialsKey(tenant.id) })
  }
  // Issuing began at the tokens, and leads back there.
  const closeIssue = tokens === undefined ? close : () => onGo({ tokens })
  const issues = mayChange && issue !== undefined
  return (
    <>
      <AddDrawer
        opened={mayChange && add === true}
        tenant={tenant}
        onClose={close}
        onEditEndpoints={(id) => onGo({ endpoints: id })}
      />
      <EditDrawer
        opened={edit !== undefined}
        tenant={tenant}
        credentialId={edit}
        onClose={close}
        onTokens={(id) => onGo({ tokens: id })}
      />
      {endpoints !== undefined && (
        <WithCredential tenantId={tenant.id} credentialId={endpoints} onClose={close}>
          {(credential) => <EndpointsDrawer tenant={tenant} credential={credential} onClose={close} />}
        </WithCredential>
      )}
      {tokens !== undefined && !issues && (
        <WithCredential tenantId={tenant.id} credentialId={tokens} onClose={close}>
          {(credential) => (
            <TokensDrawer
              tenant={tenant}
              credential={credential}
              onClose={close}
              onIssue={() => onGo({ tokens, issue: tokens })}
            />
          )}
        </WithCredential>
      )}
      {issues && (
        <WithCredential tenantId={tenant.id} credentialId={issue} onClose={closeIssue}>
          {(credential) => (
            <IssueDrawer
              tenant={tenant}
              credential={credential}
              returnFocusTo={tokens === undefined ? menuId(credential.id) : ISSUE_MARK}
              onClose={closeIssue}
            />
          )}
        </WithCredential>
      )}
    </>
  )
}
