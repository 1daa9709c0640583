import { Button, Text, ThemeIcon, Title } from '@mantine/core'
import { IconPlugConnected } from '@tabler/icons-react'
import { Link, useParams } from '@tanstack/react-router'
import { type TenantOfMe, useMe } from '#api/me.ts'
import { Page } from '#ui/page.tsx'
import { common } from '#words/common.ts'
import { credentials } from '#words/credentials.ts'
import { marketplace } from '#words/marketplace.ts'
import classes from './marketplace-page.module.css'

const words = marketplace.apis

/** What the tenant can connect. Today that is one card. */
export function MarketplacePage() {
  const { tenantId } = useParams({ from: '/signed-in/tenants/$tenantId/marketplace' })
  const tenant = useMe().tenants.find(({ id }) => id === tenantId)
  if (!tenant) return null
  return (
    <Page title={marketplace.title} description={marketplace.description}>
      <article className={classes['card']} aria-labelledby="momentus-apis">
        <div className={classes['about']}>
          <ThemeIcon size={52} radius="md" variant="light" aria-hidden>
            <IconPlugConnected size={30} />
          </ThemeIcon>
          <div className={classes['text']}>
            <Title order={2} size="h3" id="momentus-apis">
              {words.title}
            </Title>
            <Text mt={6} mb="lg">
              {words.text}
            </Text>
            <Button
              renderRoot={(props) => (
                <Link to="/tenants/$tenantId/apis/credentials" params={{ tenantId }} {...props} />
              )}
            >
              {words.more}
            </Button>
          </div>
        </div>
        <Facts tenant={tenant} />
      </article>
    </Page>
  )
}

/** What the tenant has of it. */
function Facts({ tenant }: { readonly tenant: TenantOfMe }) {
  return (
    <dl className={classes['facts']}>
      <Fact name={words.edition}>{common.editions[tenant.edition]}</Fact>
      <Fact name={credentials.method}>
        {tenant.authenticationMethods.map((method) => credentials.methods[method]).join(', ')}
      </Fact>
      <Fact name={words.catalogs}>
        {tenant.catalogs.map(({ id, title, kind }) => (
          <div key={id}>
            {title} <span className={classes['kind']}>{words.kinds[kind]}</span>
          </div>
        ))}
      </Fact>
    </dl>
  )
}

function Fact({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
