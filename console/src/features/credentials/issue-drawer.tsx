import { Alert, Stack, Text } from '@mantine/core'
import { IconUsers } from '@tabler/icons-react'
import { useState } from 'react'
import type { TenantOfMe } from '#api/me.ts'
import { Confirm } from '#ui/confirm.tsx'
import { Failure } from '#ui/failure.tsx'
import { SideDrawer } from '#ui/side-drawer.tsx'
import { useNow } from '#ui/use-now.ts'
import { credentials } from '#words/credentials.ts'
import { tokens } from '#words/tokens.ts'
import { IssuedText } from './issued-text.tsx'
import { OverlapChoice, type OverlapSeconds } from './overlap-choice.tsx'
import { SecretsView } from './secrets-view.tsx'
import { liveApiTokens } from './token-state.ts'
import type { Credential } from './use-credentials.ts'
import { useIssue } from './use-issue.ts'

type Props = {
  readonly tenant: TenantOfMe
  readonly credential: Credential
  readonly returnFocusTo: string
  readonly onClose: () => void
}

/** Asks, issues, and shows the new tokens this once. */
export function IssueDrawer({ tenant, credential, returnFocusTo, onClose }: Props) {
  const [overlap, setOverlap] = useState<OverlapSeconds>(0)
  const { issued, issue, isPending, error, hasChanged } = useIssue(tenant.id, credential)
  const now = useNow()
  const mayOverlap = liveApiTokens(credential, now).length > 0
  if (issued) {
    return (
      <SideDrawer
        opened
        title={credentials.drawers.refreshed}
        onClose={onClose}
        returnFocusTo={returnFocusTo}
      >
        <SecretsView
          tenant={tenant}
          issued={issued}
          message={<IssuedText credential={issued.credential} />}
          holds="newOnesWork"
          onDone={onClose}
        />
      </SideDrawer>
    )
  }
  return (
    <Confirm
      title={credentials.issue.title}
      confirmLabel={credentials.issue.confirm}
      busy={isPending}
      returnFocusTo={returnFocusTo}
      onConfirm={() => issue(mayOverlap ? overlap : 0)}
      onCancel={onClose}
    >
      <Stack gap="sm">
        {mayOverlap ? (
          <OverlapChoice tenantId={tenant.id} credential={credential} value={overlap} onChange={setOverlap} />
        ) : (
          <Text size="sm">
            {credential.authenticationMethod === 'oauth'
              ? credentials.issue.text(credential.title)
              : tokens.overlap.textNone(credential.title)}
          </Text>
        )}
        {hasChanged && (
          <Alert role="alert" color="orange" icon={<IconUsers aria-hidden />}>
            {tokens.changed}
          </Alert>
        )}
        {error && <Failure error={error} />}
      </Stack>
    </Confirm>
  )
}
