import { Button, CloseButton, Select, TextInput } from '@mantine/core'
import { IconPlus, IconSearch } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import type { TenantOfMe } from '#api/me.ts'
import { returnMark } from '#ui/return-focus.ts'
import { credentials } from '#words/credentials.ts'
import classes from './credentials.module.css'
import type { CredentialsSearch } from './credentials-search.ts'

const TYPING_MS = 250

/** Undefined takes a member away. */
export type SearchChange = {
  readonly [Member in 'search' | 'active' | 'method']?: string | undefined
}

type Props = {
  readonly tenant: TenantOfMe
  readonly search: CredentialsSearch
  /** What changes; the rest of the address stays as it is by then. */
  readonly onSearch: (change: SearchChange) => void
  /** Undefined for those who may only look. */
  readonly onAdd: (() => void) | undefined
}

/** Search, filters, and the button that adds. All but the button stand in the address. */
export function CredentialsToolbar({ tenant, search, onSearch, onAdd }: Props) {
  const set = (member: 'active' | 'method', value: string | null): void =>
    onSearch({ [member]: value ?? undefined })
  return (
    <div className={classes['toolbar']}>
      <SearchField search={search} onSearch={onSearch} />
      <Select
        className={classes['filter']}
        aria-label={credentials.status}
        data={[
          { value: '', label: credentials.statuses.all },
          { value: 'true', label: credentials.statuses.true },
          { value: 'false', label: credentials.statuses.false },
        ]}
        value={search.active ?? ''}
        onChange={(value) => set('active', value)}
        allowDeselect={false}
        checkIconPosition="right"
      />
      {tenant.authenticationMethods.length > 1 && (
        <Select
          className={classes['filter']}
          aria-label={credentials.method}
          data={[
            { value: '', label: credentials.anyMethod },
            ...tenant.authenticationMethods.map((value) => ({ value, label: credentials.methods[value] })),
          ]}
          value={search.method ?? ''}
          onChange={(value) => set('method', value)}
          allowDeselect={false}
          checkIconPosition="right"
        />
      )}
      <div className={classes['spring']} />
      {onAdd && (
        <Button
          {...returnMark('add-credentials')}
          leftSection={<IconPlus size={18} aria-hidden />}
          onClick={onAdd}
        >
          {credentials.add}
        </Button>
      )}
    </div>
  )
}

function SearchField({ search, onSearch }: Pick<Props, 'search' | 'onSearch'>) {
  const [text, setText] = useState(search.search ?? '')
  // The address may change by Back too.
  useEffect(() => setText(search.search ?? ''), [search.search])
  useEffect(() => {
    if (text === (search.search ?? '')) return undefined
    const timer = setTimeout(() => onSearch({ search: text }), TYPING_MS)
    return () => clearTimeout(timer)
  }, [text, search, onSearch])
  return (
    <TextInput
      className={classes['search']}
      type="search"
      aria-label={credentials.search}
      placeholder={credentials.search}
      leftSection={<IconSearch size={16} aria-hidden />}
      rightSection={
        text === '' ? null : (
          <CloseButton size="sm" aria-label={credentials.nothingFound.clear} onClick={() => setText('')} />
        )
      }
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
    />
  )
}
