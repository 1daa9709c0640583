import { Button, Group, Stack, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, bodyOf, type Schemas } from '#api/client.ts'
import { Failure } from '#ui/failure.tsx'
import { type GuardedContent, GuardedDrawer } from '#ui/guarded-drawer.tsx'
import { operators as words } from '#words/operators.ts'
import { withAdvice } from './advice.ts'
import { InvitationLink } from './invitation-link.tsx'
import { type Operator, operatorsQuery } from './operators-query.ts'
import { userMenuId } from './user-table.tsx'

type Props = { readonly tenantId: string; readonly operator: Operator; readonly onClose: () => void }

/** A new link in place of the one before, which may be on its way to somebody: so it is asked for in words. */
export function InviteDrawer({ tenantId, operator, onClose }: Props) {
  return (
    <GuardedDrawer
      opened
      title={words.drawers.invited}
      onClose={onClose}
      leave={words.leave}
      returnFocusTo={userMenuId(operator.id)}
    >
      {(content) => <Steps tenantId={tenantId} operator={operator} {...content} />}
    </GuardedDrawer>
  )
}

function Steps({ tenantId, operator, guard, close }: Omit<Props, 'onClose'> & GuardedContent) {
  // The link lives here and nowhere else.
  const [invitation, setInvitation] = useState<NonNullable<Schemas['Invitation']>>()
  const queries = useQueryClient()
  const { mutate, isPending, error, reset } = useMutation({
    gcTime: 0,
    mutationFn: () =>
      bodyOf(
        api.POST('/api/v1/tenants/{tenantId}/operators/{operatorId}/invitation', {
          params: { path: { tenantId, operatorId: operator.id } },
        }),
      ),
    onSuccess: (made) => {
      reset()
      setInvitation(made ?? undefined)
      guard(true)
      void queries.invalidateQueries(operatorsQuery(tenantId))
    },
  })
  if (invitation) {
    return (
      <InvitationLink
        message={words.renewed(operator.name)}
        invitation={invitation}
        onCopied={() => guard(false)}
        onDone={close}
      />
    )
  }
  return (
    <Stack gap="md">
      <Text size="sm">{words.renew(operator.name)}</Text>
      {error && <Failure error={withAdvice(error)} />}
      <Group justify="flex-end">
        <Button data-autofocus loading={isPending} onClick={() => mutate()}>
          {words.renewConfirm}
        </Button>
      </Group>
    </Stack>
  )
}
