import { Modal, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { sessionEnd, useSessionEnded } from '#api/session-end.ts'
import { SignInForm } from '#features/sign-in/sign-in-form.tsx'
import { shell } from '#words/shell.ts'

/** Asks to sign in again over the page as it stands, so that nothing typed is lost. */
export function SessionEnded() {
  const ended = useSessionEnded()
  const queries = useQueryClient()
  const goOn = (): void => {
    sessionEnd.set(false)
    void queries.invalidateQueries()
  }
  return (
    <Modal
      opened={ended}
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title={shell.sessionEnded.title}
      zIndex={500}
    >
      <Text size="sm" mb="md">
        {shell.sessionEnded.text}
      </Text>
      <SignInForm onSignedIn={goOn} />
    </Modal>
  )
}
