import { useState } from 'react'
import type { GuardedContent } from '#ui/guarded-drawer.tsx'
import { account } from '#words/account.ts'
import { BackupCodes } from './backup-codes.tsx'
import { PasswordCheck } from './password-check.tsx'

type Answer = { readonly backupCodes: readonly string[] }

/** The codes before stop working. */
export function NewCodes({ guard, close }: GuardedContent) {
  const [codes, setCodes] = useState<readonly string[]>()
  if (codes) return <BackupCodes codes={codes} guard={guard} close={close} />
  return (
    <PasswordCheck<Answer>
      path="/two-factor/generate-backup-codes"
      label={account.twoFactor.goOn}
      onDone={({ backupCodes }) => {
        guard(true)
        setCodes(backupCodes)
      }}
    />
  )
}
