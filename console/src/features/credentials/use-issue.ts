import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ApiError } from '#api/api-error.ts'
import { api, bodyOf, type Schemas } from '#api/client.ts'
import { receiptNotice } from '#features/receipts/receipt-notice.ts'
import { noticePlace } from '#features/tokens/notice-place.ts'
import { notifyWarning } from '#ui/notices.ts'
import { credentials } from '#words/credentials.ts'
import { ifMatch } from './credential-query.ts'
import type { OverlapSeconds } from './overlap-choice.tsx'
import { type Credential, credentialsKey } from './use-credentials.ts'

/** Issues new tokens for the credential as it was shown; where it has changed since, that is said first. */
export function useIssue(tenantId: string, credential: Credential) {
  // The tokens live here and nowhere else: in no cache, no address, no storage.
  const [issued, setIssued] = useState<Schemas['AddedCredential']>()
  const queries = useQueryClient()
  const { mutate, isPending, error, reset } = useMutation({
    gcTime: 0,
    mutationFn: (overlapSeconds: OverlapSeconds) =>
      bodyOf(
        api.POST('/api/v1/tenants/{tenantId}/credentials/{credentialId}/tokens', {
          params: { path: { tenantId, credentialId: credential.id }, header: ifMatch(credential) },
          ...(overlapSeconds > 0 && { body: { overlapSeconds } }),
        }),
      ),
    onSuccess: (answer) => {
      reset()
      setIssued(answer)
      const done = credentials.secrets.newTokens(answer.credential.title)
      const notice = receiptNotice(answer.receipt, { done, holds: 'newOnesWork' })
      notifyWarning(notice, noticePlace(credential.id))
      void queries.invalidateQueries({ queryKey: credentialsKey(tenantId) })
    },
    onError: async (refused) => {
      // Loaded again, so that whoever presses the button once more does so knowing what it is now.
      if (isChanged(refused)) await queries.invalidateQueries({ queryKey: credentialsKey(tenantId) })
    },
  })
  const hasChanged = isChanged(error)
  return { issued, issue: mutate, isPending, error: hasChanged ? null : error, hasChanged }
}

function isChanged(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'version_mismatch'
}
