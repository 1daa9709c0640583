import { useMutation } from '@tanstack/react-query'
import { askAuth } from '#api/auth.ts'
import { announce } from '#ui/announce.tsx'
import { shell } from '#words/shell.ts'

/** Ends this session. The page is loaded anew, so that nothing of what it knew is left. */
export function useSignOut(): () => void {
  const { mutate } = useMutation({
    mutationFn: () => askAuth('/sign-out'),
    onSuccess: () => window.location.assign('/sign-in'),
    onError: () => announce(shell.signOutFailed),
  })
  return () => mutate()
}
