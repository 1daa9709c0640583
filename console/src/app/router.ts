import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router'
import { ApiError } from '#api/api-error.ts'
import { consoleQuery, type Me, meQuery } from '#api/me.ts'
import { queryClient } from '#api/query-client.ts'
import { readCredentialsSearch } from '#features/credentials/credentials-search.ts'
import { Shell } from '#features/shell/shell.tsx'
import { NoTenant, NotFound, PageBroke, PagePending } from '#features/shell/states.tsx'
import { lastTenant } from '#ui/last-tenant.ts'

const rootRoute = createRootRoute({
  loader: () => queryClient.ensureQueryData(consoleQuery),
  notFoundComponent: NotFound,
})

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: 'sign-in',
  validateSearch: (search): { returnTo?: string; error?: string } => ({
    ...(isOwnPath(search['returnTo']) && { returnTo: search['returnTo'] }),
    ...(typeof search['error'] === 'string' && { error: search['error'] }),
  }),
  component: lazyRouteComponent(() => import('#features/sign-in/sign-in-page.tsx'), 'SignInPage'),
})

const welcomeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: 'welcome',
  component: lazyRouteComponent(() => import('#features/welcome/welcome-page.tsx'), 'WelcomePage'),
})

/** Everything that needs somebody signed in. */
const signedInRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'signed-in',
  beforeLoad: async ({ location }) => ({ me: await loadMe(location.href) }),
  component: Shell,
})

const indexRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/',
  beforeLoad: ({ context: { me } }) => {
    const tenant = me.tenants.find(({ id }) => id === lastTenant.get()) ?? me.tenants[0]
    if (tenant)
      throw redirect({
        to: '/tenants/$tenantId/apis/credentials',
        params: { tenantId: tenant.id },
        replace: true,
      })
  },
  component: NoTenant,
})

const accountRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: 'account',
  component: lazyRouteComponent(() => import('#features/account/account-page.tsx'), 'AccountPage'),
})

const tenantRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: 'tenants/$tenantId',
  beforeLoad: ({ context: { me }, params: { tenantId } }) => {
    const tenant = me.tenants.find(({ id }) => id === tenantId)
    if (tenant) lastTenant.set(tenantId)
    return { tenant }
  },
})

const marketplaceRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'marketplace',
  component: lazyRouteComponent(
    () => import('#features/marketplace/marketplace-page.tsx'),
    'MarketplacePage',
  ),
})

const apisRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'apis',
  component: lazyRouteComponent(() => import('#features/apis/apis-page.tsx'), 'ApisPage'),
})

const apisIndexRoute = createRoute({
  getParentRoute: () => apisRoute,
  path: '/',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/tenants/$tenantId/apis/credentials', params, replace: true })
  },
})

const credentialsRoute = createRoute({
  getParentRoute: () => apisRoute,
  path: 'credentials',
  validateSearch: readCredentialsSearch,
  component: lazyRouteComponent(() => import('#features/credentials/credentials-tab.tsx'), 'CredentialsTab'),
})

const managementTokensRoute = createRoute({
  getParentRoute: () => apisRoute,
  path: 'management-tokens',
  component: lazyRouteComponent(
    () => import('#features/management-tokens/management-tokens-tab.tsx'),
    'ManagementTokensTab',
  ),
})

const usersRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'users',
  component: lazyRouteComponent(() => import('#features/operators/users-page.tsx'), 'UsersPage'),
})

const gatewaysRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'gateways',
  component: lazyRouteComponent(() => import('#features/gateways/gateways-page.tsx'), 'GatewaysPage'),
})

const routeTree = rootRoute.addChildren([
  signInRoute,
  welcomeRoute,
  signedInRoute.addChildren([
    indexRoute,
    accountRoute,
    tenantRoute.addChildren([
      marketplaceRoute,
      apisRoute.addChildren([apisIndexRoute, credentialsRoute, managementTokensRoute]),
      usersRoute,
      gatewaysRoute,
    ]),
  ]),
])

export const router = createRouter({
  routeTree,
  // What no route has read and accepted is dropped; by default it would be handed on as it came.
  search: { strict: true },
  defaultErrorComponent: PageBroke,
  defaultPendingComponent: PagePending,
  defaultPreload: 'intent',
})

declare module '@tanstack/react-router' {
  // The library is extended by its interface.
  // oxlint-disable-next-line typescript/consistent-type-definitions
  interface Register {
    router: typeof router
  }
}

/** Who is signed in; whoever is not goes to the sign-in page, and comes back after it. */
async function loadMe(returnTo: string): Promise<Me> {
  try {
    return await queryClient.ensureQueryData(meQuery)
  } catch (error) {
    if (error instanceof ApiError && error.code === 'unauthenticated') {
      throw redirect({ to: '/sign-in', search: returnTo === '/' ? {} : { returnTo }, replace: true })
    }
    throw error
  }
}

/** A path of this console. An address elsewhere would make the sign-in page a way to lead people astray. */
function isOwnPath(value: unknown): value is string {
  return typeof value === 'string' && /^\/(?![/\\])[\x21-\x7e]*$/.test(value)
}
