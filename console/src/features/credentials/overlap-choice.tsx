import { Radio, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { tokensQuery } from '#features/tokens/tokens-query.ts'
import { DateTime } from '#ui/date-time.tsx'
import { useNow } from '#ui/use-now.ts'
import { tokens } from '#words/tokens.ts'
import type { Credential } from './use-credentials.ts'

const words = tokens.overlap
const SECONDS = [3600, 86_400, 604_800, 2_592_000] as const

export type OverlapSeconds = 0 | (typeof SECONDS)[number]

type Props = {
  readonly tenantId: string
  readonly credential: Credential
  readonly value: OverlapSeconds
  readonly onChange: (seconds: OverlapSeconds) => void
}

/** How long the present API token goes on working beside the new one, with what helps to decide it. */
export function OverlapChoice({ tenantId, credential, value, onChange }: Props) {
  const now = useNow()
  return (
    <Stack gap="sm">
      <Text size="sm">{words.text(credential.title)}</Text>
      <LastUse tenantId={tenantId} credentialId={credential.id} />
      <Radio.Group
        label={words.question}
        description={words.hint}
        value={String(value)}
        onChange={(chosen) => onChange(SECONDS.find((seconds) => String(seconds) === chosen) ?? 0)}
      >
        <Stack gap="xs" mt={8}>
          <Radio value="0" label={words.atOnce} description={words.atOnceHint} />
          {SECONDS.map((seconds) => (
            <Radio
              key={seconds}
              value={String(seconds)}
              label={words.times[seconds]}
              description={
                <>
                  {words.until}{' '}
                  <DateTime value={new Date(now + seconds * 1000).toISOString()} show="moment" />
                </>
              }
            />
          ))}
        </Stack>
      </Radio.Group>
    </Stack>
  )
}

/** Whether somebody would notice. Nothing where it cannot be told. */
function LastUse({ tenantId, credentialId }: { readonly tenantId: string; readonly credentialId: string }) {
  const { data } = useQuery(tokensQuery(tenantId, credentialId))
  if (!data) return null
  const last = data.items
    .flatMap(({ lastUsedAt }) => (lastUsedAt === null ? [] : [lastUsedAt]))
    .toSorted()
    .at(-1)
  return (
    <Text size="sm">
      {last === undefined ? (
        words.neverUsed
      ) : (
        <>
          {words.lastUsed} <DateTime value={last} show="moment" />.
        </>
      )}
    </Text>
  )
}
