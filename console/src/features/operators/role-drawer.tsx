import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, bodyOf } from '#api/client.ts'
import { meQuery } from '#api/me.ts'
import { announce } from '#ui/announce.tsx'
import { Failure } from '#ui/failure.tsx'
import { returnFocus } from '#ui/return-focus.ts'
import { type Role, RoleField } from '#ui/role-field.tsx'
import { SideDrawer } from '#ui/side-drawer.tsx'
import { common } from '#words/common.ts'
import { operators as words } from '#words/operators.ts'
import { withAdvice } from './advice.ts'
import { type Operator, operatorsQuery } from './operators-query.ts'
import { userMenuId } from './user-table.tsx'

type Props = {
  readonly tenantId: string
  readonly operator: Operator
  readonly isOwn: boolean
  readonly onClose: () => void
}

export function RoleDrawer({ tenantId, operator, isOwn, onClose }: Props) {
  const [role, setRole] = useState<Role>(operator.role)
  const queries = useQueryClient()
  const { mutate, isPending, error } = useMutation({
    mutationFn: () =>
      bodyOf(
        api.PATCH('/api/v1/tenants/{tenantId}/operators/{operatorId}', {
          params: { path: { tenantId, operatorId: operator.id } },
          body: { role },
        }),
      ),
    onSuccess: async () => {
      announce(words.roleSet(operator.name, common.roles[role]))
      await queries.invalidateQueries(operatorsQuery(tenantId))
      if (isOwn) await queries.invalidateQueries(meQuery)
      onClose()
      // Whoever gives up their own role has no menu any more that the focus could go back to.
      if (isOwn && role === 'user') returnFocus('read-only')
    },
  })
  return (
    <SideDrawer opened title={words.drawers.role} onClose={onClose} returnFocusTo={userMenuId(operator.id)}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          mutate()
        }}
      >
        <Stack gap="md">
          <Text size="sm">
            <strong>{operator.name}</strong> · {operator.email}
          </Text>
          {error && <Failure error={withAdvice(error)} />}
          <RoleField
            label={words.form.role}
            hints={words.roleHints}
            value={role}
            onChange={(value) => setRole(value === 'customer_admin' ? value : 'user')}
          />
          {isOwn && operator.role === 'customer_admin' && role === 'user' && (
            <Alert color="orange" icon={<IconAlertTriangle aria-hidden />} role="status">
              {words.ownRole}
            </Alert>
          )}
          <Group justify="flex-end">
            <Button type="submit" loading={isPending}>
              {common.save}
            </Button>
          </Group>
        </Stack>
      </form>
    </SideDrawer>
  )
}
