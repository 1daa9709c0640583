import { Text } from '@mantine/core'
import { IconLock, IconServerOff } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { ApiError } from '#api/api-error.ts'
import { useMe } from '#api/me.ts'
import { Empty } from '#ui/empty.tsx'
import { Failure } from '#ui/failure.tsx'
import { LoadingLines } from '#ui/loading-lines.tsx'
import { Page } from '#ui/page.tsx'
import rows from '#ui/rows.module.css'
import { gateways as words } from '#words/gateways.ts'
import { GatewayTable } from './gateway-table.tsx'
import { GatewayWarnings } from './gateway-warnings.tsx'
import classes from './gateways.module.css'
import { gatewaysQuery } from './gateways-query.ts'

/** What answers the calls. The same page in every tenant: gateways serve all of them. */
export function GatewaysPage() {
  const { seesGateways } = useMe()
  return (
    <Page title={words.title} description={words.description}>
      {seesGateways ? <Gateways /> : <NotYours />}
    </Page>
  )
}

/** The list in each of its states: loading, failed, empty, or rows. */
function Gateways() {
  const { data, error, refetch } = useQuery(gatewaysQuery)
  // A role may have been taken away under the open page.
  if (error instanceof ApiError && error.code === 'role_missing') return <NotYours />
  const retry = (): void => void refetch()
  if (!data) return error ? <Failure title={words.failed} error={error} onRetry={retry} /> : <LoadingLines />
  const connected = data.items.filter(({ state }) => state === 'connected').length
  return (
    <div className={classes['parts']}>
      {error && <Failure title={`${words.failed}. ${words.stale}`} error={error} onRetry={retry} />}
      {data.items.length === 0 ? (
        <div className={rows['panel']}>
          <Empty icon={<IconServerOff size={26} />} title={words.empty.title} text={words.empty.text} />
        </div>
      ) : (
        <>
          <div className={classes['count']} role="status">
            {words.count(connected, data.items.length)}
          </div>
          <GatewayWarnings gateways={data.items} />
          <GatewayTable gateways={data.items} />
        </>
      )}
      <Text size="xs" c="dimmed">
        {words.refreshed}
      </Text>
    </div>
  )
}

function NotYours() {
  return (
    <div className={rows['panel']}>
      <Empty icon={<IconLock size={26} />} title={words.notYours.title} text={words.notYours.text} />
    </div>
  )
}
