import { Button } from '@mantine/core'
import { IconShieldLock } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { askAuth } from '#api/auth.ts'
import { Failure } from '#ui/failure.tsx'
import { signIn } from '#words/sign-in.ts'

type Props = { readonly name: string; readonly returnTo: string | undefined }

/** Leaves for the identity provider, which sends back to `returnTo`. */
export function SingleSignOnButton({ name, returnTo = '/' }: Props) {
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => askAuth<{ url: string }>('/sign-in/social', { provider: 'sso', callbackURL: returnTo }),
    onSuccess: ({ url }) => window.location.assign(url),
  })
  return (
    <>
      {error && <Failure error={error} />}
      <Button
        variant="default"
        fullWidth
        loading={isPending}
        leftSection={<IconShieldLock size={18} aria-hidden />}
        onClick={() => mutate()}
      >
        {signIn.singleSignOn(name)}
      </Button>
    </>
  )
}
