import { Text } from '@mantine/core'
import { Link, Outlet, useParams } from '@tanstack/react-router'
import { useMe } from '#api/me.ts'
import { CopyButton } from '#ui/copy-button.tsx'
import { Page } from '#ui/page.tsx'
import { apis } from '#words/apis.ts'
import classes from './apis-page.module.css'

/** The page that the article calls Momentus APIs. Its tabs are addresses of their own, so they are links. */
export function ApisPage() {
  const { tenantId } = useParams({ from: '/signed-in/tenants/$tenantId/apis' })
  const { tenants, gatewayUrl } = useMe()
  const tenant = tenants.find(({ id }) => id === tenantId)
  if (!tenant) return null
  const params = { tenantId }
  return (
    <Page
      title={apis.title}
      description={apis.description(tenant.name)}
      actions={<Gateway url={gatewayUrl} />}
    >
      <nav className={classes['tabs']} aria-label={apis.tabs}>
        <Link className={classes['tab']} to="/tenants/$tenantId/apis/credentials" params={params}>
          {apis.credentials}
        </Link>
        <Link className={classes['tab']} to="/tenants/$tenantId/apis/management-tokens" params={params}>
          {apis.managementTokens}
        </Link>
      </nav>
      <Outlet />
    </Page>
  )
}

/** Partners ask for it. */
function Gateway({ url }: { readonly url: string }) {
  return (
    <div className={classes['gateway']}>
      <div>
        <Text size="xs" c="dimmed">
          {apis.gateway}
        </Text>
        <code className={classes['url']}>{url}</code>
      </div>
      <CopyButton value={url} what={apis.gatewayName} />
    </div>
  )
}
