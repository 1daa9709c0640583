import { Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api } from '#api/client.ts'
import { announce } from '#ui/announce.tsx'
import { Confirm } from '#ui/confirm.tsx'
import { Failure } from '#ui/failure.tsx'
import { returnFocus } from '#ui/return-focus.ts'
import { operators } from '#words/operators.ts'
import { withAdvice } from './advice.ts'
import { type Operator, operatorsQuery } from './operators-query.ts'
import { userMenuId } from './user-table.tsx'

const words = operators.remove

type Props = {
  readonly tenantId: string
  readonly operator: Operator
  readonly isOwn: boolean
  readonly onClose: () => void
}

export function RemoveDialog({ tenantId, operator: { id, name }, isOwn, onClose }: Props) {
  const queries = useQueryClient()
  const { mutate, isPending, error } = useMutation({
    mutationFn: () =>
      api.DELETE('/api/v1/tenants/{tenantId}/operators/{operatorId}', {
        params: { path: { tenantId, operatorId: id } },
      }),
    onSuccess: async () => {
      // Nothing that this page knows holds any more.
      if (isOwn) return window.location.assign('/')
      announce(words.done(name))
      await queries.invalidateQueries(operatorsQuery(tenantId))
      onClose()
      returnFocus('add-user')
    },
  })
  return (
    <Confirm
      title={words.title}
      confirmLabel={words.confirm}
      danger
      returnFocusTo={userMenuId(id)}
      busy={isPending}
      onConfirm={() => mutate()}
      onCancel={onClose}
    >
      <Text size="sm" {...(error && { mb: 'md' })}>
        {isOwn ? words.own : words.text(name)}
      </Text>
      {error && <Failure error={withAdvice(error)} />}
    </Confirm>
  )
}
