import { Anchor, Button, Center, Loader, Stack, Text, Title } from '@mantine/core'
import { type ErrorComponentProps, Link } from '@tanstack/react-router'
import { useEffect } from 'react'
import { ApiError, Unreachable } from '#api/api-error.ts'
import { errorText, isStorageAway } from '#ui/error-text.ts'
import { common } from '#words/common.ts'

type MessageProps = { readonly title: string; readonly text: string; readonly children?: React.ReactNode }

function Message({ title, text, children }: MessageProps) {
  useEffect(() => {
    document.title = title
  }, [title])
  return (
    <Center component="main" mih="60vh" p="lg">
      <Stack align="center" maw={480} gap="sm">
        <Title order={1} size="h3">
          {title}
        </Title>
        <Text ta="center" c="dimmed">
          {text}
        </Text>
        {children}
      </Stack>
    </Center>
  )
}

export function NotFound() {
  return (
    <Message title={common.notFound.title} text={common.notFound.text}>
      <Anchor renderRoot={(props) => <Link to="/" {...props} />}>{common.notFound.home}</Anchor>
    </Message>
  )
}

/** Signed in, with no role anywhere. */
export function NoTenant() {
  return <Message title={common.noTenant.title} text={common.noTenant.text} />
}

/** The last net: a page that broke, or the server away before a page could open. */
export function PageBroke({ error, reset }: ErrorComponentProps) {
  const known = error instanceof Unreachable || error instanceof ApiError
  return (
    <Message
      title={isStorageAway(error) ? common.notNow.title : common.pageBroke.title}
      text={known ? errorText(error) : common.pageBroke.text}
    >
      <Button
        onClick={() => {
          reset()
          window.location.reload()
        }}
      >
        {common.pageBroke.reload}
      </Button>
    </Message>
  )
}

export function PagePending() {
  return (
    <Center mih="40vh" role="status" aria-label={common.loading}>
      <Loader />
    </Center>
  )
}
