import { ActionIcon, Tooltip } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { common } from '#words/common.ts'
import { announce } from './announce.tsx'

const SHOWN_MS = 2500

type Props = {
  readonly value: string
  /** What is copied, as in "Copy API Token". */
  readonly what: string
  readonly onCopied?: () => void
}

/** The copy icon: puts the value on the clipboard, and says so to eyes and ears. */
export function CopyButton({ value, what, onCopied }: Props) {
  const [state, setState] = useState<'ready' | 'copied' | 'failed'>('ready')
  useEffect(() => {
    if (state === 'ready') return undefined
    const timer = setTimeout(() => setState('ready'), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [state])
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(value)
      setState('copied')
      announce(`${what}: ${common.copied}`)
      onCopied?.()
    } catch {
      setState('failed')
      announce(common.copyFailed)
    }
  }
  const label = { ready: common.copy(what), copied: common.copied, failed: common.copyFailed }[state]
  return (
    <Tooltip label={label} {...(state !== 'ready' && { opened: true })} multiline maw={260}>
      <ActionIcon
        variant="subtle"
        size="lg"
        aria-label={common.copy(what)}
        onClick={() => void copy()}
        color={state === 'copied' ? 'green' : 'brand'}
      >
        {state === 'copied' ? <IconCheck size={18} aria-hidden /> : <IconCopy size={18} aria-hidden />}
      </ActionIcon>
    </Tooltip>
  )
}
