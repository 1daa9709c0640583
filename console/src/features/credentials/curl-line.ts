import type { Schemas } from '#api/client.ts'

/** What an organization is called in nearly every example of the vendor. */
const ORGANIZATION = '10'

type Options = { readonly gatewayUrl: string; readonly token: string }

/** A curl line that reads a list, or undefined where the tenant has nothing that can be read without knowing a key. */
export function curlLine(
  endpoints: readonly Schemas['Endpoint'][],
  { gatewayUrl, token }: Options,
): string | undefined {
  const lists = endpoints.flatMap((endpoint) => {
    const path = endpoint.path.replace(/\{OrgCode\}$/i, ORGANIZATION)
    return endpoint.method === 'GET' && !path.includes('{') ? [{ ...endpoint, path }] : []
  })
  const list = lists.find(({ resource }) => resource === 'Events') ?? lists[0]
  if (!list) return undefined
  // Enterprise searches want to know what for.
  const query = list.path.endsWith(`/${ORGANIZATION}`) ? '?search=All' : ''
  return `curl "${gatewayUrl}${list.path}${query}" -H "Authorization: Bearer ${token}"`
}
