import { Badge, Button, Group, Text, ThemeIcon, Title } from '@mantine/core'
import { IconPlugConnected } from '@tabler/icons-react'
import { Link, useParams } from '@tanstack/react-router'
import { useMe } from '#api/me.ts'
import { Page } from '#ui/page.tsx'
import { common } from '#words/common.ts'
import { marketplace } from '#words/marketplace.ts'
import classes from './marketplace-page.module.css'

/** What the tenant can connect. Today that is one card. */
export function MarketplacePage() {
  const { tenantId } = useParams({ from: '/signed-in/tenants/$tenantId/marketplace' })
  const tenant = useMe().tenants.find(({ id }) => id === tenantId)
  if (!tenant) return null
  const words = marketplace.apis
  return (
    <Page title={marketplace.title} description={marketplace.description}>
      <div className={classes['cards']}>
        <article className={classes['card']} aria-labelledby="momentus-apis">
          <Group gap="md" wrap="nowrap" align="flex-start">
            <ThemeIcon size={48} radius="md" variant="light" aria-hidden>
              <IconPlugConnected size={28} />
            </ThemeIcon>
            <div>
              <Title order={2} size="h4" id="momentus-apis">
                {words.title}
              </Title>
              <Badge variant="light" tt="none" mt={4}>
                {common.editions[tenant.edition]}
              </Badge>
            </div>
          </Group>
          <Text size="sm" my="md">
            {words.text}
          </Text>
          <Text size="xs" c="dimmed" mb="lg">
            {words.catalogs}: {tenant.catalogs.map(({ title }) => title).join(', ')}
          </Text>
          <Button
            className={classes['more']}
            renderRoot={(props) => (
              <Link to="/tenants/$tenantId/apis/credentials" params={{ tenantId }} {...props} />
            )}
          >
            {words.more}
          </Button>
        </article>
      </div>
    </Page>
  )
}
