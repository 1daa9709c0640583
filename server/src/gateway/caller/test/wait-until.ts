/** Waits, turn by turn of the event loop, until it is so; the test's own time-out ends what never is. */
export async function waitUntil(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve))
}
