import { Group, Stack, Text, Title } from '@mantine/core'
import { type ReactNode, useEffect, useRef } from 'react'
import { useConsole } from '#api/me.ts'
import classes from './page.module.css'

type Props = {
  readonly title: string
  readonly description?: string
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** A page: its title in the tab and as the one h1, which takes the focus when the page is opened. */
export function Page({ title, description, actions, children }: Props) {
  const { brand } = useConsole()
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} · ${brand.name}`
  }, [title, brand.name])
  useEffect(() => {
    heading.current?.focus({ preventScroll: true })
  }, [])
  return (
    <div className={classes['page']}>
      <Group justify="space-between" align="flex-end" mb="md" gap="md">
        <Stack gap={2}>
          <Title order={1} size="h2" ref={heading} tabIndex={-1}>
            {title}
          </Title>
          {description !== undefined && <Text c="dimmed">{description}</Text>}
        </Stack>
        {actions}
      </Group>
      {children}
    </div>
  )
}
