import { Text, Title } from '@mantine/core'
import { type ReactNode, useId } from 'react'
import classes from './section.module.css'

type Props = { readonly title: string; readonly text?: string; readonly children: ReactNode }

/** A part of a page: what it is at the left, what one does at the right. */
export function Section({ title, text, children }: Props) {
  const id = useId()
  return (
    <section className={classes['section']} aria-labelledby={id}>
      <div>
        <Title order={2} size="h4" id={id}>
          {title}
        </Title>
        {text !== undefined && (
          <Text size="sm" c="dimmed" mt={4}>
            {text}
          </Text>
        )}
      </div>
      <div className={classes['body']}>{children}</div>
    </section>
  )
}
