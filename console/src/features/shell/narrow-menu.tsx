import { ActionIcon, Menu } from '@mantine/core'
import { IconMenu2 } from '@tabler/icons-react'
import { Link, useNavigate } from '@tanstack/react-router'
import { useMe } from '#api/me.ts'
import { shell } from '#words/shell.ts'
import { AccountItems } from './account-menu.tsx'
import { useTenantId } from './use-tenant-id.ts'

/** The whole header in one menu, for narrow screens. */
export function NarrowMenu() {
  const { tenants, seesGateways } = useMe()
  const tenantId = useTenantId()
  const navigate = useNavigate()
  const params = { tenantId: tenantId ?? '' }
  return (
    <Menu width={280}>
      <Menu.Target>
        <ActionIcon variant="subtle" size={40} aria-label={shell.openMenu}>
          <IconMenu2 size={22} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {tenantId !== undefined && (
          <>
            <Menu.Item
              renderRoot={(props) => <Link to="/tenants/$tenantId/marketplace" params={params} {...props} />}
            >
              {shell.marketplace}
            </Menu.Item>
            <Menu.Label>{shell.apis}</Menu.Label>
            <Menu.Item
              renderRoot={(props) => (
                <Link to="/tenants/$tenantId/apis/credentials" params={params} {...props} />
              )}
            >
              {shell.apiKeys}
            </Menu.Item>
            <Menu.Label>{shell.administration}</Menu.Label>
            <Menu.Item
              renderRoot={(props) => <Link to="/tenants/$tenantId/users" params={params} {...props} />}
            >
              {shell.users}
            </Menu.Item>
            {seesGateways && (
              <Menu.Item
                renderRoot={(props) => <Link to="/tenants/$tenantId/gateways" params={params} {...props} />}
              >
                {shell.gateways}
              </Menu.Item>
            )}
            <Menu.Divider />
          </>
        )}
        {tenants.length > 1 && (
          <>
            <Menu.Label>{shell.switchTenant}</Menu.Label>
            {tenants.map(({ id, name }) => (
              <Menu.Item
                key={id}
                {...(id === tenantId && { 'aria-current': true })}
                onClick={() =>
                  void navigate({ to: '/tenants/$tenantId/apis/credentials', params: { tenantId: id } })
                }
              >
                {name}
              </Menu.Item>
            ))}
            <Menu.Divider />
          </>
        )}
        <AccountItems />
      </Menu.Dropdown>
    </Menu>
  )
}
