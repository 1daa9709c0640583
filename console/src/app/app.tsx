import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { queryClient } from '#api/query-client.ts'
import { Announcer } from '#ui/announce.tsx'
import { router } from './router.ts'
import { theme } from './theme.ts'

/** The whole console. The library may not write style elements: the content security policy refuses them. */
export function App() {
  return (
    <StrictMode>
      <MantineProvider
        theme={theme}
        defaultColorScheme="auto"
        withCssVariables={false}
        withGlobalClasses={false}
        withStaticClasses={false}
      >
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={router} />
        </QueryClientProvider>
        <Announcer />
      </MantineProvider>
    </StrictMode>
  )
}
