import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
// @ts-expect-error: the package has no types of its own.
import { Passport } from 'passport'
// @ts-expect-error: the package has no types of its own.
import { Strategy } from 'passport-http-bearer'

export type ResourceServer = {
  readonly url: string
  /** Every answer of the introspection, word for word. */
  readonly told: readonly string[]
  readonly close: () => Promise<void>
}

type Done = (error: unknown, user?: object | false) => void

/**
 * Somebody else's API, which lets Stagedoor say whether a token works: passport and passport-http-bearer as their pages
 * show them, on plain node:http. Its verify callback asks `introspectionUrl` (RFC 7662) and remembers nothing.
 */
export async function startResourceServer(options: {
  readonly introspectionUrl: () => string
  readonly authorization: string
}): Promise<ResourceServer> {
  const told: string[] = []
  const passport = new Passport()
  passport.use(
    new Strategy(async (token: string, done: Done) => {
      const user = await introspect(token).catch((error: unknown) => new Error(String(error)))
      if (user instanceof Error) done(user)
      else done(null, user)
    }),
  )
  async function introspect(token: string): Promise<object | false> {
    const response = await fetch(options.introspectionUrl(), {
      method: 'POST',
      headers: { authorization: options.authorization },
      body: new URLSearchParams({ token, token_type_hint: 'access_token' }),
    })
    const text = await response.text()
    told.push(text)
    if (response.status !== 200) throw new Error(`the introspection answers ${response.status}`)
    const { active, client_id: clientId } = JSON.parse(text)
    return active === true && { clientId }
  }
  const authenticate = passport.authenticate('bearer', { session: false })
  const server = createServer((request: IncomingMessage & { user?: object }, response: ServerResponse) => {
    authenticate(request, response, (error: unknown) => {
      response.statusCode = error === undefined ? 200 : 502
      response.end(JSON.stringify(error === undefined ? request.user : { error: String(error) }))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    told,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
