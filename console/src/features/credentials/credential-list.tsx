import { Button, Skeleton } from '@mantine/core'
import { IconKey, IconSearchOff } from '@tabler/icons-react'
import type { TenantOfMe } from '#api/me.ts'
import { Empty } from '#ui/empty.tsx'
import { Failure } from '#ui/failure.tsx'
import { common } from '#words/common.ts'
import { credentials } from '#words/credentials.ts'
import type { RowAction } from './credential-row.tsx'
import { CredentialTable } from './credential-table.tsx'
import classes from './credentials.module.css'
import type { CredentialsSearch } from './credentials-search.ts'
import { type Credential, useCredentials } from './use-credentials.ts'

const SKELETON_ROWS = 6

type Props = {
  readonly tenant: TenantOfMe
  readonly search: CredentialsSearch
  readonly onClear: () => void
  readonly onRow: (action: RowAction, credential: Credential) => void
}

/** The list in each of its states: loading, failed, empty, nothing found, or rows. */
export function CredentialList({ tenant, search, onClear, onRow }: Props) {
  const query = useCredentials(tenant.id, search)
  const { data, error, isPending, refetch } = query
  if (isPending) return <Loading />
  if (!data) return <Failure title={credentials.failed} error={error} onRetry={() => void refetch()} />
  const total = data.pages[0]?.total ?? 0
  if (total === 0) {
    const narrowed = search.search !== undefined || search.active !== undefined || search.method !== undefined
    return <div className={classes['panel']}>{narrowed ? <NothingFound onClear={onClear} /> : <None />}</div>
  }
  return (
    <>
      <div className={classes['count']} role="status">
        {credentials.count(total)}
      </div>
      {error && !query.isFetchNextPageError && (
        <Failure title={credentials.failed} error={error} onRetry={() => void refetch()} />
      )}
      <CredentialTable
        rows={data.pages.flatMap(({ items }) => items)}
        total={total}
        mayChange={tenant.role === 'customer_admin'}
        onRow={onRow}
        more={{
          wanted: query.hasNextPage && !query.isFetchingNextPage && !query.isFetchNextPageError,
          load: () => void query.fetchNextPage(),
          loading: query.isFetchingNextPage,
        }}
      />
      {query.isFetchNextPageError && (
        <Failure title={credentials.moreFailed} error={error} onRetry={() => void query.fetchNextPage()} />
      )}
    </>
  )
}

function Loading() {
  return (
    <div className={classes['panel']} role="status" aria-label={common.loading}>
      {Array.from({ length: SKELETON_ROWS }, (_, row) => (
        <Skeleton key={row} height={20} m="lg" w="auto" />
      ))}
    </div>
  )
}

/** The button to add one stands above. */
function None() {
  return <Empty icon={<IconKey size={26} />} title={credentials.empty.title} text={credentials.empty.text} />
}

function NothingFound({ onClear }: Pick<Props, 'onClear'>) {
  return (
    <Empty
      icon={<IconSearchOff size={26} />}
      title={credentials.nothingFound.title}
      text={credentials.nothingFound.text}
      action={
        <Button mt="sm" variant="default" onClick={onClear}>
          {credentials.nothingFound.clear}
        </Button>
      }
    />
  )
}
