import { Skeleton, Stack } from '@mantine/core'
import { common } from '#words/common.ts'

/** Stands where a form will be. */
export function LoadingLines() {
  return (
    <Stack role="status" aria-label={common.loading}>
      <Skeleton height={36} />
      <Skeleton height={72} />
      <Skeleton height={36} />
    </Stack>
  )
}
