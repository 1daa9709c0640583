import { SegmentedControl, Select } from '@mantine/core'
import { memo } from 'react'
import type { TenantOfMe } from '#api/me.ts'
import { endpoints as words } from '#words/endpoints.ts'
import type { EndpointFilter, EndpointIndex } from './endpoint-index.ts'
import classes from './endpoints.module.css'

const OPTIONS_MAX = 300

type Chosen = Omit<EndpointFilter, 'search'>

type Props = Chosen & {
  readonly tenant: TenantOfMe
  readonly index: EndpointIndex
  readonly onFilter: (change: Chosen) => void
}

/** Not drawn again while somebody types. */
export const Filters = memo(function Filters(props: Props) {
  const { tenant, index, resource, effect, catalog, onFilter } = props
  const titles = new Map(tenant.catalogs.map(({ id, title }) => [id, title]))
  return (
    <>
      <Select
        className={classes['resource']}
        aria-label={words.resource}
        placeholder={words.anyResource}
        data={index.resources}
        searchable
        clearable
        clearButtonProps={{ 'aria-label': words.clearFilter(words.resource) }}
        limit={OPTIONS_MAX}
        value={resource ?? null}
        onChange={(value) => onFilter({ resource: value ?? undefined })}
      />
      {index.catalogs.length > 1 && (
        <Select
          className={classes['catalog']}
          aria-label={words.catalog}
          placeholder={words.anyCatalog}
          data={index.catalogs.map((value) => ({ value, label: titles.get(value) ?? value }))}
          clearable
          clearButtonProps={{ 'aria-label': words.clearFilter(words.catalog) }}
          value={catalog ?? null}
          onChange={(value) => onFilter({ catalog: value ?? undefined })}
        />
      )}
      <SegmentedControl
        aria-label={words.effect}
        data={[
          { value: 'all', label: words.effects.all },
          { value: 'read', label: words.effects.read },
          { value: 'write', label: words.effects.write },
        ]}
        value={effect ?? 'all'}
        onChange={(value) => onFilter({ effect: value === 'read' || value === 'write' ? value : undefined })}
      />
    </>
  )
})
