import { Alert, Button, Center, Loader, Stack, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { api, bodyOf } from '#api/client.ts'
import { DoorCard } from '#ui/door-card.tsx'
import { errorText } from '#ui/error-text.ts'
import { common } from '#words/common.ts'
import { welcome } from '#words/welcome.ts'
import { AccountForm } from './account-form.tsx'

/** The code leaves the address bar at once: it must not stay in the history, nor be shown to whoever looks over. */
function takeCode(): string {
  const code = window.location.hash.slice(1)
  if (code !== '') window.history.replaceState(window.history.state, '', window.location.pathname)
  return code
}

/** Makes the first operator, or accepts an invitation. */
export function WelcomePage() {
  const [code, setCode] = useState(takeCode)
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: (given: string) => bodyOf(api.POST('/api/v1/welcome/check', { body: { code: given } })),
  })
  useEffect(() => {
    if (code !== '') mutate(code)
  }, [code, mutate])
  if (isPending)
    return (
      <DoorCard title={welcome.title}>
        <Center role="status" aria-label={welcome.checking}>
          <Loader />
        </Center>
      </DoorCard>
    )
  if (data) {
    const intro = data.purpose === 'invitation' ? welcome.invitedIntro(data.email) : welcome.firstIntro
    return (
      <DoorCard title={welcome.title} intro={intro}>
        <AccountForm code={code} invited={data.purpose === 'invitation' ? data : undefined} />
      </DoorCard>
    )
  }
  const invalid = error !== null
  return (
    <DoorCard title={invalid ? welcome.invalidTitle : welcome.title}>
      {invalid && (
        <Alert role="alert" color="red" mb="md">
          {'code' in error && error.code === 'invitation_invalid' ? welcome.invalidText : errorText(error)}
        </Alert>
      )}
      <PasteCode onCode={setCode} onAgain={() => mutate(code)} mayRetry={invalid && code !== ''} />
    </DoorCard>
  )
}

type PasteProps = {
  readonly onCode: (code: string) => void
  readonly onAgain: () => void
  readonly mayRetry: boolean
}

function PasteCode({ onCode, onAgain, mayRetry }: PasteProps) {
  const [text, setText] = useState('')
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        onCode(text.slice(text.indexOf('#') + 1).trim())
      }}
    >
      <Stack>
        <TextInput
          label={welcome.paste}
          description={welcome.pasteHint}
          required
          autoComplete="off"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Button type="submit">{welcome.check}</Button>
        {mayRetry && (
          <Button variant="default" onClick={onAgain}>
            {common.retry}
          </Button>
        )}
      </Stack>
    </form>
  )
}
