import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ApiError } from '#api/api-error.ts'
import { askAuth } from '#api/auth.ts'
import { meQuery } from '#api/me.ts'
import { announce } from '#ui/announce.tsx'
import { Failure } from '#ui/failure.tsx'
import type { GuardedContent } from '#ui/guarded-drawer.tsx'
import { SecretField } from '#ui/secret-field.tsx'
import { account } from '#words/account.ts'
import { BackupCodes } from './backup-codes.tsx'
import { PasswordCheck } from './password-check.tsx'
import { QrCode } from './qr-code.tsx'

const words = account.twoFactor
const CODE_LENGTH = 6

type Enabled = { readonly totpURI: string; readonly backupCodes: readonly string[] }

/** Password, QR code, first code, backup codes. */
export function SetUp({ guard, close }: GuardedContent) {
  const [enabled, setEnabled] = useState<Enabled>()
  const [isOn, setOn] = useState(false)
  if (!enabled)
    return <PasswordCheck<Enabled> path="/two-factor/enable" label={words.goOn} onDone={setEnabled} />
  if (isOn) return <BackupCodes codes={enabled.backupCodes} guard={guard} close={close} />
  return (
    <Scan
      uri={enabled.totpURI}
      onConfirmed={() => {
        guard(true)
        setOn(true)
      }}
    />
  )
}

type ScanProps = { readonly uri: string; readonly onConfirmed: () => void }

function Scan({ uri, onConfirmed }: ScanProps) {
  const [code, setCode] = useState('')
  const queries = useQueryClient()
  const { mutate, isPending, error } = useMutation({
    gcTime: 0,
    mutationFn: () => askAuth('/two-factor/verify-totp', { code }),
    onSuccess: async () => {
      announce(words.turnedOn)
      onConfirmed()
      await queries.invalidateQueries(meQuery)
    },
    onError: () => setCode(''),
  })
  const wrong = error instanceof ApiError && error.code === 'two_factor_code_wrong'
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        mutate()
      }}
    >
      <Stack gap="md">
        <Text size="sm">{words.scan}</Text>
        <QrCode text={uri} label={words.qr} />
        <SecretField
          label={words.key}
          name={words.keyName}
          value={new URL(uri).searchParams.get('secret') ?? ''}
          onCopied={() => undefined}
        >
          {words.keyHint}
        </SecretField>
        {error && !wrong && <Failure error={error} />}
        <TextInput
          label={words.code}
          description={words.codeHint}
          required
          inputMode="numeric"
          autoComplete="one-time-code"
          value={code}
          onChange={(event) => setCode(event.currentTarget.value.replaceAll(/\D/g, '').slice(0, CODE_LENGTH))}
          error={wrong ? words.codeWrong : undefined}
        />
        <Group justify="flex-end">
          <Button type="submit" loading={isPending}>
            {words.turnOn}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
