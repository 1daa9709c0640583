import { Button, Group, Text, Title } from '@mantine/core'
import { useEffect, useId, useRef } from 'react'
import { announce } from '#ui/announce.tsx'
import { DateTime } from '#ui/date-time.tsx'
import { Failure } from '#ui/failure.tsx'
import { LoadingLines } from '#ui/loading-lines.tsx'
import { activity as words } from '#words/activity.ts'
import { useActivity, useNames } from './activity-query.ts'
import { actorText, eventLines } from './activity-text.ts'
import classes from './tokens.module.css'

type Props = { readonly tenantId: string; readonly credentialId: string }

/** What has happened to a credential, the newest first, more of it on demand. */
export function ActivityList({ tenantId, credentialId }: Props) {
  const heading = useId()
  const list = useRef<HTMLOListElement>(null)
  const wanted = useRef<number>(undefined)
  const names = useNames(tenantId)
  const query = useActivity(tenantId, credentialId)
  const { data, error, refetch, hasNextPage, isFetchNextPageError } = query
  const events = data?.pages.flatMap(({ items }) => items) ?? []
  useEffect(() => {
    const from = wanted.current
    if (from === undefined || events.length <= from) return
    wanted.current = undefined
    announce(words.shown(events.length - from))
    // The button may be gone, and whoever reads on reads on here.
    const first = list.current?.children[from]
    if (first instanceof HTMLElement) first.focus()
  }, [events.length])
  const showMore = (): void => {
    wanted.current = events.length
    void query.fetchNextPage()
  }
  return (
    <section aria-labelledby={heading}>
      <Title order={3} size="h5" mb="sm" id={heading}>
        {words.title}
      </Title>
      {error && !isFetchNextPageError && (
        <Failure title={words.failed} error={error} onRetry={() => void refetch()} />
      )}
      {!data && !error && <LoadingLines />}
      {data && events.length === 0 && <Text size="sm">{words.none}</Text>}
      {events.length > 0 && (
        <ol ref={list} className={classes['events']} aria-label={words.list}>
          {events.map((event) => (
            <li key={event.id} tabIndex={-1} className={classes['event']}>
              {eventLines(event).map((line) => (
                <div key={line}>{line}</div>
              ))}
              <Text size="xs" c="dimmed">
                <DateTime value={event.occurredAt} show="moment" /> · {words.by} {actorText(event, names)}
              </Text>
            </li>
          ))}
        </ol>
      )}
      {isFetchNextPageError && <Failure title={words.moreFailed} error={error} />}
      {hasNextPage && (
        <Group mt="sm">
          <Button size="xs" variant="default" loading={query.isFetchingNextPage} onClick={showMore}>
            {words.more}
          </Button>
        </Group>
      )}
    </section>
  )
}
