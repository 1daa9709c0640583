import process from 'node:process'
import { startBulkUpstream } from '#test/support/bulk-upstream.ts'

// An API in a process of its own, so that whoever sends much does not keep it from answering. It tells where it is.

const { url } = await startBulkUpstream()
process.send?.(url)
