import { TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { memo, startTransition, useState } from 'react'
import { endpoints as words } from '#words/endpoints.ts'
import classes from './endpoints.module.css'

type Props = { readonly onSearch: (search: string) => void }

/** Keeps its text itself: a letter shows at once, and the list follows when there is time. */
export const SearchField = memo(function SearchField({ onSearch }: Props) {
  const [text, setText] = useState('')
  const change = (next: string): void => {
    setText(next)
    startTransition(() => onSearch(next))
  }
  return (
    <TextInput
      className={classes['search']}
      type="search"
      data-autofocus
      data-fallback-focus
      // Escape empties the search first, and closes the drawer only then.
      data-mantine-stop-propagation={text !== ''}
      aria-label={words.search}
      placeholder={words.search}
      leftSection={<IconSearch size={16} aria-hidden />}
      value={text}
      onChange={(event) => change(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && text !== '') change('')
      }}
    />
  )
})
