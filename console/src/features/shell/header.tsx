import { Menu, UnstyledButton } from '@mantine/core'
import { IconChevronDown, IconDoor } from '@tabler/icons-react'
import { Link, useMatch } from '@tanstack/react-router'
import { useConsole, useMe } from '#api/me.ts'
import { shell } from '#words/shell.ts'
import { AccountMenu } from './account-menu.tsx'
import { NarrowMenu } from './narrow-menu.tsx'
import classes from './shell.module.css'
import { TenantSwitcher } from './tenant-switcher.tsx'
import { useTenantId } from './use-tenant-id.ts'

/** Brand, main menu, tenant, account. On narrow screens one menu holds all. */
export function Header() {
  const { brand } = useConsole()
  const tenantId = useTenantId()
  return (
    <header className={classes['header']}>
      <Link to="/" className={classes['brand']}>
        <span className={classes['mark']} aria-hidden>
          <IconDoor size={19} />
        </span>
        {brand.name}
      </Link>
      <div className={classes['wide']}>{tenantId !== undefined && <MainMenu tenantId={tenantId} />}</div>
      <div className={classes['spring']} />
      <div className={classes['wide']}>
        <TenantSwitcher />
        <AccountMenu />
      </div>
      <div className={classes['narrow']}>
        <NarrowMenu />
      </div>
    </header>
  )
}

function MainMenu({ tenantId }: { readonly tenantId: string }) {
  const params = { tenantId }
  const inApis = useMatch({ from: '/signed-in/tenants/$tenantId/apis', shouldThrow: false }) !== undefined
  const inUsers = useMatch({ from: '/signed-in/tenants/$tenantId/users', shouldThrow: false }) !== undefined
  const inGateways =
    useMatch({ from: '/signed-in/tenants/$tenantId/gateways', shouldThrow: false }) !== undefined
  const { seesGateways } = useMe()
  return (
    <nav aria-label={shell.mainMenu} className={classes['nav']}>
      <Link
        to="/tenants/$tenantId/marketplace"
        params={params}
        className={classes['item']}
        activeProps={{ 'data-active': true }}
      >
        {shell.marketplace}
      </Link>
      <TopMenu label={shell.apis} active={inApis}>
        <Menu.Item
          renderRoot={(props) => <Link to="/tenants/$tenantId/apis/credentials" params={params} {...props} />}
        >
          {shell.apiKeys}
        </Menu.Item>
      </TopMenu>
      <TopMenu label={shell.administration} active={inUsers || inGateways}>
        <Menu.Item renderRoot={(props) => <Link to="/tenants/$tenantId/users" params={params} {...props} />}>
          {shell.users}
        </Menu.Item>
        {seesGateways && (
          <Menu.Item
            renderRoot={(props) => <Link to="/tenants/$tenantId/gateways" params={params} {...props} />}
          >
            {shell.gateways}
          </Menu.Item>
        )}
      </TopMenu>
    </nav>
  )
}

type TopMenuProps = { readonly label: string; readonly active: boolean; readonly children: React.ReactNode }

function TopMenu({ label, active, children }: TopMenuProps) {
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <UnstyledButton className={classes['item']} {...(active && { 'data-active': true })}>
          {label}
          <IconChevronDown size={14} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  )
}
