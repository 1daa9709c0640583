import { afterEach } from 'vitest'
import type { RawUpstream } from './raw-upstream.ts'

const upstreams: RawUpstream[] = []

/** Stops it after the test. */
export async function keep(starting: Promise<RawUpstream>): Promise<RawUpstream> {
  const upstream = await starting
  upstreams.push(upstream)
  return upstream
}

afterEach(async () => {
  for (const upstream of upstreams.splice(0)) await upstream.stop()
})
