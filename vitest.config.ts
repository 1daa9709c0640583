import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{core,server,console,sandbox}/**/*.test.ts', 'test/**/*.test.ts'],
    globalSetup: 'test/support/global-setup.ts',
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Two cores: more workers would only make them wait for each other.
    maxWorkers: 2,
  },
})
