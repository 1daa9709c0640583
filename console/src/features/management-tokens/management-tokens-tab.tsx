import { Button, Text } from '@mantine/core'
import { IconPlus, IconRobot } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import type { Schemas } from '#api/client.ts'
import { useMe } from '#api/me.ts'
import { Empty } from '#ui/empty.tsx'
import { Failure } from '#ui/failure.tsx'
import { LoadingLines } from '#ui/loading-lines.tsx'
import { returnMark } from '#ui/return-focus.ts'
import rows from '#ui/rows.module.css'
import { common } from '#words/common.ts'
import { managementTokens as words } from '#words/management-tokens.ts'
import { AddTokenDrawer } from './add-token-drawer.tsx'
import { managementTokensQuery } from './management-tokens-query.ts'
import { RevokeDialog } from './revoke-dialog.tsx'
import { TokenTable } from './token-table.tsx'

/** What programs manage the credentials of the tenant with. */
export function ManagementTokensTab() {
  const { tenantId } = useParams({ from: '/signed-in/tenants/$tenantId/apis/management-tokens' })
  const tenant = useMe().tenants.find(({ id }) => id === tenantId)
  const [adds, setAdds] = useState(false)
  const [doomed, doom] = useState<Schemas['ManagementToken']>()
  const { data, error, refetch } = useQuery(managementTokensQuery(tenantId))
  if (!tenant) return null
  const mayChange = tenant.role === 'customer_admin'
  return (
    <>
      <div className={rows['bar']}>
        <Text size="sm" c="dimmed">
          {mayChange ? words.intro : `${words.intro} ${common.readOnly}`}
        </Text>
        {mayChange && (
          <Button
            {...returnMark('add-management-token')}
            leftSection={<IconPlus size={18} aria-hidden />}
            onClick={() => setAdds(true)}
          >
            {words.add}
          </Button>
        )}
      </div>
      {error && <Failure title={words.failed} error={error} onRetry={() => void refetch()} />}
      {!data && !error && <LoadingLines />}
      {data?.items.length === 0 && (
        <div className={rows['panel']}>
          <Empty icon={<IconRobot size={26} />} title={words.empty.title} text={words.empty.text} />
        </div>
      )}
      {data && data.items.length > 0 && (
        <TokenTable tokens={data.items} onRevoke={mayChange ? (token) => doom(token) : undefined} />
      )}
      <AddTokenDrawer opened={adds} tenantId={tenantId} onClose={() => setAdds(false)} />
      {doomed && <RevokeDialog tenantId={tenantId} token={doomed} onClose={() => doom(undefined)} />}
    </>
  )
}
