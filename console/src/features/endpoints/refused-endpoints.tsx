import { Alert, Button, Text } from '@mantine/core'
import { IconAlertCircle } from '@tabler/icons-react'
import { endpoints } from '#words/endpoints.ts'
import type { EndpointIndex } from './endpoint-index.ts'
import classes from './endpoints.module.css'

const words = endpoints.refused

type Props = {
  readonly index: EndpointIndex
  readonly places: readonly number[]
  readonly onRemove: () => void
}

/** The catalogs have changed since the drawer was opened: names what is not there any more. */
export function RefusedEndpoints({ index, places, onRemove }: Props) {
  return (
    <Alert role="alert" color="red" title={words.title} icon={<IconAlertCircle aria-hidden />}>
      <ul className={classes['unknown']}>
        {places.map((place) => (
          <li key={place}>
            {index.endpoints[place]?.operation} <code>{index.endpoints[place]?.path}</code>
          </li>
        ))}
      </ul>
      <Text size="sm" my="xs">
        {words.text}
      </Text>
      <Button size="xs" variant="default" onClick={onRemove}>
        {words.remove}
      </Button>
    </Alert>
  )
}
