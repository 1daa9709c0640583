import { Alert, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { gateways as words } from '#words/gateways.ts'
import type { Gateway } from './gateways-query.ts'

type Props = { readonly gateways: readonly Gateway[] }

/** What somebody has to look after. Those that were stopped answer nothing. */
export function GatewayWarnings({ gateways }: Props) {
  const running = gateways.filter(({ state }) => state !== 'stopped')
  return (
    <>
      <Warning words={words.digest} about={running.filter(({ sameDigest }) => sameDigest === false)} />
      <Warning words={words.configuration} about={running.filter((each) => !each.sameConfiguration)} />
    </>
  )
}

type WarningProps = {
  readonly words: { readonly title: string; readonly text: (names: string) => string }
  readonly about: readonly Gateway[]
}

function Warning({ words: { title, text }, about }: WarningProps) {
  if (about.length === 0) return null
  return (
    <Alert role="alert" color="orange" title={title} icon={<IconAlertTriangle aria-hidden />}>
      <Text size="sm">{text(about.map(({ name }) => name).join(', '))}</Text>
    </Alert>
  )
}
