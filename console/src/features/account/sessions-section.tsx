import { Button, Group, VisuallyHidden } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, bodyOf, type Schemas } from '#api/client.ts'
import { announce } from '#ui/announce.tsx'
import { DateTime } from '#ui/date-time.tsx'
import { Failure } from '#ui/failure.tsx'
import { LoadingLines } from '#ui/loading-lines.tsx'
import rows from '#ui/rows.module.css'
import { Section } from '#ui/section.tsx'
import { account } from '#words/account.ts'
import { common } from '#words/common.ts'
import { deviceOf } from './device.ts'

const words = account.sessions
const KEY = ['sessions']

export function SessionsSection() {
  const queries = useQueryClient()
  const { data, error, refetch } = useQuery({
    queryKey: KEY,
    queryFn: () => bodyOf(api.GET('/api/v1/me/sessions')),
  })
  const ending = useMutation({
    mutationFn: (sessionId: string | undefined) =>
      sessionId === undefined
        ? api.DELETE('/api/v1/me/sessions')
        : api.DELETE('/api/v1/me/sessions/{sessionId}', { params: { path: { sessionId } } }),
    onSuccess: async (_, sessionId) => {
      announce(sessionId === undefined ? words.othersEnded : words.ended)
      await queries.invalidateQueries({ queryKey: KEY })
    },
  })
  return (
    <Section title={words.title} text={words.text}>
      {error && <Failure title={words.failed} error={error} onRetry={() => void refetch()} />}
      {ending.error && <Failure error={ending.error} />}
      {!data && !error && <LoadingLines />}
      {data && <SessionTable sessions={data.items} onEnd={(id) => ending.mutate(id)} />}
      {data && data.items.length > 1 && (
        <Group justify="flex-end" mt="md">
          <Button variant="default" loading={ending.isPending} onClick={() => ending.mutate(undefined)}>
            {words.endOthers}
          </Button>
        </Group>
      )}
    </Section>
  )
}

type TableProps = {
  readonly sessions: readonly Schemas['Session'][]
  readonly onEnd: (sessionId: string) => void
}

function SessionTable({ sessions, onEnd }: TableProps) {
  const { columns } = words
  return (
    <div className={rows['panel']}>
      <table className={rows['rows']} aria-label={words.table}>
        <thead>
          <tr>
            <th scope="col">{columns.device}</th>
            <th scope="col" className={rows['middle']}>
              {columns.address}
            </th>
            <th scope="col" className={rows['middle']}>
              {columns.started}
            </th>
            <th scope="col">{columns.lastUsed}</th>
            <th scope="col" className={rows['end']}>
              <VisuallyHidden>{common.actions}</VisuallyHidden>
            </th>
          </tr>
        </thead>
        <tbody>
          {sessions.map(({ id, userAgent, ipAddress, createdAt, lastUsedAt, current }) => (
            <tr key={id}>
              <td>
                {deviceOf(userAgent)}
                {current && <div className={rows['sub']}>{words.current}</div>}
              </td>
              <td className={rows['middle']}>{ipAddress ?? words.unknown}</td>
              <td className={rows['middle']}>
                <DateTime value={createdAt} show="moment" />
              </td>
              <td>
                <DateTime value={lastUsedAt} show="moment" />
              </td>
              <td className={rows['end']}>
                {!current && (
                  <Button
                    size="xs"
                    variant="default"
                    aria-label={words.endOf(deviceOf(userAgent))}
                    onClick={() => onEnd(id)}
                  >
                    {words.end}
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
