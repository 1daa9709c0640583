import { defineConfig } from 'vitest/config'

/** Clients of Debian, and snippets in its languages: `npm run test:interop`. */
export default defineConfig({
  test: {
    include: ['test/interop/*.test.ts'],
    globalSetup: 'test/interop/setup.ts',
    // A limit, not a measure: eight starts of Java take their time on a machine with much to do.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    maxWorkers: 2,
  },
})
