import { Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, type Schemas } from '#api/client.ts'
import { announce } from '#ui/announce.tsx'
import { Confirm } from '#ui/confirm.tsx'
import { Failure } from '#ui/failure.tsx'
import { returnFocus } from '#ui/return-focus.ts'
import { managementTokens } from '#words/management-tokens.ts'
import { managementTokensQuery } from './management-tokens-query.ts'

const words = managementTokens.confirm

type Props = {
  readonly tenantId: string
  readonly token: Schemas['ManagementToken']
  readonly onClose: () => void
}

export function RevokeDialog({ tenantId, token: { id, title }, onClose }: Props) {
  const queries = useQueryClient()
  const { mutate, isPending, error } = useMutation({
    mutationFn: () =>
      api.DELETE('/api/v1/tenants/{tenantId}/management-tokens/{managementTokenId}', {
        params: { path: { tenantId, managementTokenId: id } },
      }),
    onSuccess: async () => {
      announce(words.done(title))
      await queries.invalidateQueries(managementTokensQuery(tenantId))
      onClose()
      returnFocus('add-management-token')
    },
  })
  return (
    <Confirm
      title={words.title}
      confirmLabel={words.confirm}
      danger
      returnFocusTo={`revoke-${id}`}
      busy={isPending}
      onConfirm={() => mutate()}
      onCancel={onClose}
    >
      <Text size="sm" {...(error && { mb: 'md' })}>
        {words.text(title)}
      </Text>
      {error && <Failure error={error} />}
    </Confirm>
  )
}
