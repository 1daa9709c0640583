import { defineConfig } from 'vitest/config'

/** Faults at length: `npm run test:faults`. In `npm test` the same tests take fewer rounds. */
export default defineConfig({
  test: {
    include: ['test/faults/**/*.test.ts'],
    globalSetup: 'test/support/global-setup.ts',
    env: { FAULT_TESTS: 'long' },
    testTimeout: 3_600_000,
    hookTimeout: 300_000,
    // One cluster at a time has the machine.
    maxWorkers: 1,
  },
})
