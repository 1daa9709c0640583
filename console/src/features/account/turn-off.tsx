import { useQueryClient } from '@tanstack/react-query'
import { meQuery } from '#api/me.ts'
import { announce } from '#ui/announce.tsx'
import { account } from '#words/account.ts'
import { PasswordCheck } from './password-check.tsx'

const words = account.twoFactor

export function TurnOff({ close }: { readonly close: () => void }) {
  const queries = useQueryClient()
  return (
    <PasswordCheck
      path="/two-factor/disable"
      label={words.turnOff}
      onDone={async () => {
        announce(words.turnedOff)
        close()
        await queries.invalidateQueries(meQuery)
      }}
    />
  )
}
