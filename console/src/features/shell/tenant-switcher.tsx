import { Badge, Button, Menu, Text } from '@mantine/core'
import { IconBuilding, IconCheck, IconSelector } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useMe } from '#api/me.ts'
import { common } from '#words/common.ts'
import { shell } from '#words/shell.ts'
import { useTenantId } from './use-tenant-id.ts'

/** The tenant one works in; with several, a menu to change it. */
export function TenantSwitcher() {
  const { tenants } = useMe()
  const tenantId = useTenantId()
  const navigate = useNavigate()
  const tenant = tenants.find(({ id }) => id === tenantId)
  if (!tenant) return null
  if (tenants.length === 1) {
    return (
      <Text size="sm" c="dimmed" px="sm">
        {tenant.name}
      </Text>
    )
  }
  const choose = (id: string): void =>
    void navigate({ to: '/tenants/$tenantId/apis/credentials', params: { tenantId: id } })
  return (
    <Menu>
      <Menu.Target>
        <Button
          variant="default"
          size="sm"
          leftSection={<IconBuilding size={16} aria-hidden />}
          rightSection={<IconSelector size={14} aria-hidden />}
          aria-label={shell.tenant(tenant.name)}
        >
          {tenant.name}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{shell.switchTenant}</Menu.Label>
        {tenants.map(({ id, name, edition }) => (
          <Menu.Item
            key={id}
            onClick={() => choose(id)}
            leftSection={id === tenantId ? <IconCheck size={16} aria-hidden /> : <span />}
            rightSection={
              <Badge variant="light" size="sm" tt="none">
                {common.editions[edition]}
              </Badge>
            }
            {...(id === tenantId && { 'aria-current': true })}
          >
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
