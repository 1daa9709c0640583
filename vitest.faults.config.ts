import { defineConfig } from 'vitest/config'

/** The long forms of the fault tests, whose short ones `npm test` runs: `npm run test:faults`, for some hours. */
export default defineConfig({
  test: {
    include: ['test/faults/**/*.test.ts', 'test/http/**/*.test.ts'],
    globalSetup: 'test/support/global-setup.ts',
    env: { FAULT_TESTS: 'long' },
    // Limits, not measures.
    testTimeout: 3_600_000,
    hookTimeout: 300_000,
    // Each of them is several processes under load already.
    maxWorkers: 1,
  },
})
