import { Button, Text, TextInput, VisuallyHidden } from '@mantine/core'
import { IconPlus, IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useMe } from '#api/me.ts'
import { Failure } from '#ui/failure.tsx'
import { LoadingLines } from '#ui/loading-lines.tsx'
import { Page } from '#ui/page.tsx'
import { returnMark } from '#ui/return-focus.ts'
import rows from '#ui/rows.module.css'
import { common } from '#words/common.ts'
import { operators as words } from '#words/operators.ts'
import { AddUserDrawer } from './add-user-drawer.tsx'
import { InviteDrawer } from './invite-drawer.tsx'
import { type Operator, operatorsQuery } from './operators-query.ts'
import { RemoveDialog } from './remove-dialog.tsx'
import { RoleDrawer } from './role-drawer.tsx'
import { type UserAction, UserTable } from './user-table.tsx'

/** More than this many people are searched through. */
const SEARCHED_FROM = 8

/** Who may sign in to the tenant. */
export function UsersPage() {
  const { tenantId } = useParams({ from: '/signed-in/tenants/$tenantId/users' })
  const me = useMe()
  const tenant = me.tenants.find(({ id }) => id === tenantId)
  const [search, setSearch] = useState('')
  const [adds, setAdds] = useState(false)
  const [chosen, choose] = useState<{ readonly action: UserAction; readonly operator: Operator }>()
  const { data, error, refetch } = useQuery(operatorsQuery(tenantId))
  if (!tenant) return null
  const mayChange = tenant.role === 'customer_admin'
  const shown = data?.items.filter(({ name, email }) =>
    `${name} ${email}`.toLowerCase().includes(search.trim().toLowerCase()),
  )
  const close = (): void => choose(undefined)
  const isOwn = chosen?.operator.id === me.operator?.id
  return (
    <Page
      title={words.title}
      description={words.description(tenant.name)}
      actions={
        mayChange && (
          <Button
            {...returnMark('add-user')}
            leftSection={<IconPlus size={18} aria-hidden />}
            onClick={() => setAdds(true)}
          >
            {words.add}
          </Button>
        )
      }
    >
      {!mayChange && (
        <Text c="dimmed" size="sm" mb="md" tabIndex={-1} {...returnMark('read-only')}>
          {common.readOnly}
        </Text>
      )}
      {error && <Failure title={words.failed} error={error} onRetry={() => void refetch()} />}
      {!data && !error && <LoadingLines />}
      {data && data.items.length > SEARCHED_FROM && (
        <TextInput
          type="search"
          aria-label={words.search}
          placeholder={words.search}
          leftSection={<IconSearch size={16} aria-hidden />}
          maw={380}
          mb="md"
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
      )}
      <VisuallyHidden role="status">{shown && search !== '' && words.found(shown.length)}</VisuallyHidden>
      {shown?.length === 0 && <Text className={rows['sub']}>{words.nothingFound}</Text>}
      {shown && shown.length > 0 && (
        <UserTable
          operators={shown}
          ownId={me.operator?.id}
          onAction={mayChange ? (action, operator) => choose({ action, operator }) : undefined}
        />
      )}
      <AddUserDrawer opened={adds} tenantId={tenantId} onClose={() => setAdds(false)} />
      {chosen?.action === 'role' && (
        <RoleDrawer tenantId={tenantId} operator={chosen.operator} isOwn={isOwn} onClose={close} />
      )}
      {chosen?.action === 'invite' && (
        <InviteDrawer tenantId={tenantId} operator={chosen.operator} onClose={close} />
      )}
      {chosen?.action === 'remove' && (
        <RemoveDialog tenantId={tenantId} operator={chosen.operator} isOwn={isOwn} onClose={close} />
      )}
    </Page>
  )
}
