import { defineConfig } from 'vitest/config'

/** Clients of Debian, and snippets in its languages: `npm run test:interop`. */
export default defineConfig({
  test: {
    include: ['test/interop/*.test.ts'],
    globalSetup: 'test/interop/setup.ts',
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
})
