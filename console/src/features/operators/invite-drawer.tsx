import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { api, bodyOf } from '#api/client.ts'
import { Failure } from '#ui/failure.tsx'
import { type GuardedContent, GuardedDrawer } from '#ui/guarded-drawer.tsx'
import { LoadingLines } from '#ui/loading-lines.tsx'
import { operators as words } from '#words/operators.ts'
import { InvitationLink } from './invitation-link.tsx'
import { type Operator, operatorsQuery } from './operators-query.ts'
import { userMenuId } from './user-table.tsx'

type Props = { readonly tenantId: string; readonly operator: Operator; readonly onClose: () => void }

/** A new link in place of the one before. */
export function InviteDrawer({ tenantId, operator, onClose }: Props) {
  return (
    <GuardedDrawer
      opened
      title={words.drawers.invited}
      onClose={onClose}
      leave={words.leave}
      returnFocusTo={userMenuId(operator.id)}
    >
      {(content) => <Renewed tenantId={tenantId} operator={operator} {...content} />}
    </GuardedDrawer>
  )
}

function Renewed({ tenantId, operator, guard, close }: Omit<Props, 'onClose'> & GuardedContent) {
  const queries = useQueryClient()
  const { mutate, data, error } = useMutation({
    gcTime: 0,
    mutationFn: () =>
      bodyOf(
        api.POST('/api/v1/tenants/{tenantId}/operators/{operatorId}/invitation', {
          params: { path: { tenantId, operatorId: operator.id } },
        }),
      ),
    onSuccess: () => {
      guard(true)
      void queries.invalidateQueries(operatorsQuery(tenantId))
    },
  })
  // Once: each call makes the link before useless.
  const asked = useRef(false)
  useEffect(() => {
    if (asked.current) return
    asked.current = true
    mutate()
  }, [mutate])
  if (error) return <Failure error={error} onRetry={() => mutate()} />
  if (!data) return <LoadingLines />
  return (
    <InvitationLink
      message={words.renewed(operator.name)}
      invitation={data}
      onCopied={() => guard(false)}
      onDone={close}
    />
  )
}
