import { Button, Group, Stack, Text } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { CopyButton } from '#ui/copy-button.tsx'
import type { GuardedContent } from '#ui/guarded-drawer.tsx'
import { account } from '#words/account.ts'
import classes from './backup-codes.module.css'

const words = account.twoFactor

type Props = GuardedContent & { readonly codes: readonly string[] }

/** Shown this once. */
export function BackupCodes({ codes, guard, close }: Props) {
  const text = codes.join('\n')
  const kept = (): void => guard(false)
  return (
    <Stack gap="md">
      <Text fw={600}>{words.backup}</Text>
      <Text size="sm">{words.backupText}</Text>
      <ul className={classes['codes']}>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <Group justify="space-between">
        <Group gap="xs">
          <CopyButton value={text} what={words.backupName} onCopied={kept} />
          <Button
            variant="default"
            leftSection={<IconDownload size={16} aria-hidden />}
            onClick={() => {
              download(text)
              kept()
            }}
          >
            {words.download}
          </Button>
        </Group>
        <Button onClick={close}>{words.done}</Button>
      </Group>
    </Stack>
  )
}

function download(text: string): void {
  const url = URL.createObjectURL(new Blob([`${text}\n`], { type: 'text/plain' }))
  const link = document.createElement('a')
  link.href = url
  link.download = words.file
  link.click()
  URL.revokeObjectURL(url)
}
