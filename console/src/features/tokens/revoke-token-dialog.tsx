import { Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { ApiError } from '#api/api-error.ts'
import { api, bodyOf } from '#api/client.ts'
import { credentialsKey } from '#features/credentials/use-credentials.ts'
import { receiptNotice } from '#features/receipts/receipt-notice.ts'
import { Confirm } from '#ui/confirm.tsx'
import { Failure } from '#ui/failure.tsx'
import { type Notice, notify } from '#ui/notices.ts'
import { returnFocus } from '#ui/return-focus.ts'
import { tokens } from '#words/tokens.ts'
import { ISSUE_MARK } from './issue-mark.ts'
import { noticePlace } from './notice-place.ts'
import type { Token } from './tokens-query.ts'

const words = tokens.revoke

type Props = {
  readonly tenantId: string
  readonly credentialId: string
  readonly token: Token
  /** Whether the credential has no other live token. */
  readonly isOnly: boolean
  readonly onClose: () => void
}

/** Says what stops working, and ends a token for good. Asked a second time after a lost answer it changes nothing more. */
export function RevokeTokenDialog({ tenantId, credentialId, token, isOnly, onClose }: Props) {
  const queries = useQueryClient()
  const { id: tokenId, hint } = token
  const kind = tokens.kinds[token.kind]
  const end = async (notice: Notice): Promise<void> => {
    notify(notice, noticePlace(credentialId))
    await queries.invalidateQueries({ queryKey: credentialsKey(tenantId) })
    onClose()
    // Its button is gone.
    returnFocus(ISSUE_MARK)
  }
  const { mutate, isPending, error } = useMutation({
    mutationFn: () =>
      bodyOf(
        api.DELETE('/api/v1/tenants/{tenantId}/credentials/{credentialId}/tokens/{tokenId}', {
          params: { path: { tenantId, credentialId, tokenId } },
        }),
      ),
    onSuccess: ({ receipt }) =>
      end(receiptNotice(receipt, { done: words.done(kind, hint), holds: 'refused' })),
    onError: (refused) =>
      refused instanceof ApiError && refused.status === 404
        ? end({ text: words.gone(kind), warnings: [], remarks: [] })
        : undefined,
  })
  return (
    <Confirm
      title={words.title(kind)}
      confirmLabel={words.confirm}
      danger
      returnFocusTo={`revoke-${tokenId}`}
      busy={isPending}
      onConfirm={() => mutate()}
      onCancel={onClose}
    >
      <Text size="sm" mb="xs">
        {words.token} <code>{hint}</code>
      </Text>
      <Text size="sm" {...(error && { mb: 'md' })}>
        {whatStops(token.kind, isOnly)}
      </Text>
      {error && <Failure error={error} />}
    </Confirm>
  )
}

function whatStops(kind: Token['kind'], isOnly: boolean): string {
  if (kind !== 'api') return words[kind]
  return isOnly ? words.apiOnly : words.apiOthers
}
