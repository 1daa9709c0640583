import { Stack, Text } from '@mantine/core'
import type { TenantOfMe } from '#api/me.ts'
import { menuId } from '#features/credentials/menu-id.ts'
import type { Credential } from '#features/credentials/use-credentials.ts'
import { NoticeList } from '#ui/notice-list.tsx'
import { SideDrawer } from '#ui/side-drawer.tsx'
import { common } from '#words/common.ts'
import { credentials } from '#words/credentials.ts'
import { tokens as words } from '#words/tokens.ts'
import { ActivityList } from './activity-list.tsx'
import { noticePlace } from './notice-place.ts'
import { ReuseAlert } from './reuse-alert.tsx'
import { TokenList } from './token-list.tsx'

type Props = {
  readonly tenant: TenantOfMe
  readonly credential: Credential
  readonly onClose: () => void
  readonly onIssue: () => void
}

/** The live tokens of a credential, and what has happened to it. */
export function TokensDrawer({ tenant, credential, onClose, onIssue }: Props) {
  const mayChange = tenant.role === 'customer_admin'
  return (
    <SideDrawer opened title={words.drawer} onClose={onClose} returnFocusTo={menuId(credential.id)}>
      <Stack gap="lg">
        <Text size="sm">
          <strong>{credential.title}</strong> · {credentials.methods[credential.authenticationMethod]} ·{' '}
          {credential.active ? credentials.active : credentials.inactive}
        </Text>
        {!mayChange && (
          <Text c="dimmed" size="sm">
            {common.readOnly}
          </Text>
        )}
        <NoticeList place={noticePlace(credential.id)} />
        <ReuseAlert at={credential.refreshTokenReusedAt} />
        <TokenList tenant={tenant} credential={credential} onIssue={onIssue} />
        <ActivityList tenantId={tenant.id} credentialId={credential.id} />
      </Stack>
    </SideDrawer>
  )
}
