import { Tabs } from '@mantine/core'
import { useCallback, useMemo, useState } from 'react'
import type { TenantOfMe } from '#api/me.ts'
import { endpoints as words } from '#words/endpoints.ts'
import { BulkBar } from './bulk-bar.tsx'
import { type EndpointFilter, type EndpointIndex, findEndpoints, NO_FILTER } from './endpoint-index.ts'
import { EndpointList } from './endpoint-list.tsx'
import classes from './endpoints.module.css'
import { Filters } from './filters.tsx'
import { SearchField } from './search-field.tsx'
import type { Selection } from './selection.ts'
import type { ChoiceActions } from './use-choice.ts'

const TABS = ['available', 'selected'] as const
type Tab = (typeof TABS)[number]

type Props = {
  readonly tenant: TenantOfMe
  readonly index: EndpointIndex
  readonly selection: Selection
  /** Undefined for those who may only look. */
  readonly actions: ChoiceActions | undefined
  readonly onPaste: () => void
}

/** The tabs Available and Selected. */
export function Picker(props: Props) {
  const { index, selection, actions } = props
  const [tab, setTab] = useState<Tab>(actions ? 'available' : 'selected')
  const count = { available: index.endpoints.length - selection.size, selected: selection.size }
  return (
    <Tabs
      className={classes['picker']}
      value={tab}
      onChange={(value) => setTab(value === 'selected' ? 'selected' : 'available')}
      keepMounted={false}
    >
      <Tabs.List>
        {TABS.map((name) => (
          <Tabs.Tab key={name} value={name}>
            {words.tabs[name]} <span className={classes['number']}>{count[name].toLocaleString('en')}</span>
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Finder {...props} tab={tab} count={count[tab]} />
    </Tabs>
  )
}

type FinderProps = Props & { readonly tab: Tab; readonly count: number }

/** One search for both tabs. Apart from them, so that a letter typed draws no tab again. */
function Finder({ tenant, index, selection, actions, onPaste, tab, count }: FinderProps) {
  const [filter, setFilter] = useState(NO_FILTER)
  const [clearings, setClearings] = useState(0)
  const change = useCallback(
    (part: Partial<EndpointFilter>) => setFilter((before) => ({ ...before, ...part })),
    [],
  )
  const setSearch = useCallback((search: string) => change({ search }), [change])
  const clear = useCallback(() => {
    setFilter(NO_FILTER)
    setClearings((before) => before + 1)
  }, [])
  const found = useMemo(() => findEndpoints(index, filter), [index, filter])
  const shown = useMemo(
    () => found.filter((place) => selection.has(place) === (tab === 'selected')),
    [found, selection, tab],
  )
  const { resource, effect, catalog } = filter
  return (
    <>
      <div className={classes['filters']}>
        <SearchField key={clearings} onSearch={setSearch} />
        <Filters
          tenant={tenant}
          index={index}
          resource={resource}
          effect={effect}
          catalog={catalog}
          onFilter={change}
        />
      </div>
      <BulkBar tab={tab} index={index} shown={shown} count={count} actions={actions} onPaste={onPaste} />
      {TABS.map((name) => (
        <Tabs.Panel key={name} value={name} className={classes['panel']}>
          <EndpointList
            kind={name}
            tenant={tenant}
            index={index}
            found={found}
            shown={shown}
            isEmpty={count === 0}
            onMove={actions && (name === 'available' ? actions.add : actions.remove)}
            onClear={clear}
          />
        </Tabs.Panel>
      ))}
    </>
  )
}
