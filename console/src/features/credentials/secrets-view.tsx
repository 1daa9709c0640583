import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import type { Schemas } from '#api/client.ts'
import { endpointsQuery } from '#api/endpoints.ts'
import { type TenantOfMe, useMe } from '#api/me.ts'
import { type Holds, type Receipt, receiptNotice, receiptSummary } from '#features/receipts/receipt-notice.ts'
import { noticePlace } from '#features/tokens/notice-place.ts'
import { DateTime } from '#ui/date-time.tsx'
import { Done } from '#ui/done.tsx'
import { LeaveGuard } from '#ui/leave-guard.tsx'
import { NoticeList } from '#ui/notice-list.tsx'
import { isWarning } from '#ui/notices.ts'
import { SecretField } from '#ui/secret-field.tsx'
import { credentials } from '#words/credentials.ts'
import { curlLine } from './curl-line.ts'

const words = credentials.secrets

type Props = {
  readonly tenant: TenantOfMe
  readonly issued: Schemas['AddedCredential']
  readonly message: ReactNode
  readonly holds: Holds
  readonly onDone: () => void
  readonly onEditEndpoints?: () => void
}

/** The tokens, this once. Closing asks first where nothing was copied. */
export function SecretsView({ tenant, issued, message, holds, onDone, onEditEndpoints }: Props) {
  const { secrets, credential } = issued
  const [copied, setCopied] = useState(false)
  const note = (): void => setCopied(true)
  return (
    <Stack gap="md">
      <Done>
        {message} <Confirmed receipt={issued.receipt} holds={holds} />
      </Done>
      <NoticeList place={noticePlace(credential.id)} />
      {secrets === null ? (
        <Alert color="orange" icon={<IconAlertTriangle aria-hidden />}>
          {words.replayed}
        </Alert>
      ) : (
        <>
          <Text fw={600} size="sm">
            {words.once}
          </Text>
          <Tokens secrets={secrets} onCopied={note} />
          <CurlLine tenant={tenant} token={presented(secrets)} onCopied={note} />
        </>
      )}
      <Group justify="flex-end" mt="xs">
        {onEditEndpoints && (
          <Button variant="default" onClick={onEditEndpoints}>
            {words.editEndpoints}
          </Button>
        )}
        <Button onClick={onDone}>{words.done}</Button>
      </Group>
      <LeaveGuard when={secrets !== null && !copied} words={words.leave} />
    </Stack>
  )
}

/** Where gateways have not confirmed, a warning of its own says all of it. */
function Confirmed({ receipt, holds }: { readonly receipt: Receipt; readonly holds: Holds }) {
  const notice = receiptNotice(receipt, { done: '', holds })
  if (isWarning(notice)) return null
  return (
    <>
      {receiptSummary(receipt, holds)}
      {notice.remarks.map((line) => (
        <Text key={line} size="xs" mt={4}>
          {line}
        </Text>
      ))}
    </>
  )
}

type Secrets = NonNullable<Schemas['AddedCredential']['secrets']>
type TokensProps = { readonly secrets: Secrets; readonly onCopied: () => void }

function Tokens({ secrets, onCopied }: TokensProps) {
  if ('apiToken' in secrets) {
    return (
      <SecretField label={words.apiToken} value={secrets.apiToken} onCopied={onCopied}>
        {words.neverExpires}
      </SecretField>
    )
  }
  const { accessToken, refreshToken } = secrets
  return (
    <>
      <SecretField label={words.accessToken} value={accessToken.value} onCopied={onCopied}>
        {words.expires} <DateTime value={accessToken.expiresAt} show="moment" />
      </SecretField>
      <SecretField label={words.refreshToken} value={refreshToken.value} onCopied={onCopied}>
        {words.expires} <DateTime value={refreshToken.expiresAt} show="moment" />
      </SecretField>
    </>
  )
}

function presented(secrets: Secrets): string {
  return 'apiToken' in secrets ? secrets.apiToken : secrets.accessToken.value
}

type CurlProps = { readonly tenant: TenantOfMe; readonly token: string; readonly onCopied: () => void }

/** A call that works as it stands. */
function CurlLine({ tenant, token, onCopied }: CurlProps) {
  const { gatewayUrl } = useMe()
  const { data } = useQuery(endpointsQuery(tenant.id))
  const line = data && curlLine(data, { gatewayUrl, token })
  if (line === undefined) return null
  return (
    <SecretField label={words.curl} name={words.curlName} value={line} onCopied={onCopied}>
      {words.curlHint}
    </SecretField>
  )
}
