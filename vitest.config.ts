import { configDefaults, defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{core,server,console,sandbox}/**/*.test.ts', 'test/**/*.test.ts'],
    // Those need programs of Debian: npm run test:interop.
    exclude: [...configDefaults.exclude, 'test/interop/**'],
    globalSetup: 'test/support/global-setup.ts',
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Two cores: more workers would only make them wait for each other.
    maxWorkers: 2,
  },
})
