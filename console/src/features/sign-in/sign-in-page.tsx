import { Alert } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { Navigate, useRouter, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { meQuery } from '#api/me.ts'
import { sessionEnd } from '#api/session-end.ts'
import { DoorCard } from '#ui/door-card.tsx'
import { signIn } from '#words/sign-in.ts'
import { SignInForm } from './sign-in-form.tsx'

/** Whoever is signed in already is sent on. */
export function SignInPage() {
  const { returnTo, error } = useSearch({ from: '/sign-in' })
  const queries = useQueryClient()
  const router = useRouter()
  // As it was when the page was opened: signing in goes on by itself.
  const [known] = useState(() => queries.getQueryData(meQuery.queryKey) !== undefined)
  if (known) return <Navigate to="/" replace />
  const goOn = async (): Promise<void> => {
    sessionEnd.set(false)
    queries.removeQueries({ queryKey: meQuery.queryKey })
    router.history.replace(returnTo ?? '/')
    await router.invalidate()
  }
  const text = error === undefined ? undefined : errorTextOf(error)
  return (
    <DoorCard title={signIn.title} intro={signIn.intro}>
      {text !== undefined && (
        <Alert role="alert" color="red" mb="md">
          {text}
        </Alert>
      )}
      <SignInForm onSignedIn={goOn} returnTo={returnTo} />
    </DoorCard>
  )
}

/** What single sign-on came back with. Anything else in the address is not repeated. */
function errorTextOf(code: string): string {
  const texts: Readonly<Record<string, string>> = signIn.errors
  return (Object.hasOwn(texts, code) ? texts[code] : undefined) ?? signIn.errors.single_sign_on_failed
}
