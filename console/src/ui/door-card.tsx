import { Paper, Stack, Text, Title } from '@mantine/core'
import { IconDoor } from '@tabler/icons-react'
import { type ReactNode, useEffect } from 'react'
import { useConsole } from '#api/me.ts'
import classes from './door-card.module.css'

type Props = { readonly title: string; readonly intro?: string; readonly children: ReactNode }

/** The one card of the pages before signing in. */
export function DoorCard({ title, intro, children }: Props) {
  const { brand } = useConsole()
  useEffect(() => {
    document.title = `${title} · ${brand.name}`
  }, [title, brand.name])
  return (
    <main className={classes['page']}>
      <div className={classes['column']}>
        <div className={classes['brand']}>
          <span className={classes['mark']} aria-hidden>
            <IconDoor size={24} />
          </span>
          <Text fw={700} size="lg">
            {brand.name}
          </Text>
        </div>
        <Paper withBorder radius="lg" p="xl" className={classes['card']}>
          <Stack gap={4} mb="lg">
            <Title order={1} size="h3">
              {title}
            </Title>
            {intro !== undefined && (
              <Text c="dimmed" size="sm">
                {intro}
              </Text>
            )}
          </Stack>
          {children}
        </Paper>
      </div>
    </main>
  )
}
