import { Refusal } from './refusal.ts'

/** A method and a path template such as `/api/v1/Events/{OrgCode}/{EventID}`. */
export type Route<Handler> = {
  readonly method: string
  readonly template: string
  readonly handler: Handler
}

export type Found<Handler> = {
  readonly handler: Handler
  readonly params: Readonly<Record<string, string>>
}

type Compiled<Handler> = Route<Handler> & { readonly segments: readonly string[] }

export type Router<Handler> = {
  /** Refuses a path that nobody serves with 404, one that is served by other methods with 405. */
  readonly find: (method: string, pathname: string) => Found<Handler>
}

/**
 * Literals match without case and beat parameters, as in ASP.NET; one trailing slash is tolerated.
 * Hono's own router does neither, hence this one.
 */
export function createRouter<Handler>(routes: readonly Route<Handler>[]): Router<Handler> {
  const byLength = Map.groupBy(routes.map(compile).toSorted(literalsFirst), (route) => route.segments.length)
  return {
    find: (method, pathname) => {
      const segments = splitPath(pathname)
      const served = (byLength.get(segments.length) ?? []).filter((route) => matches(route, segments))
      const route = served.find((candidate) => candidate.method === method)
      if (route !== undefined) return { handler: route.handler, params: paramsOf(route, segments) }
      if (served.length > 0) throw new Refusal(405, `${method} is not supported here.`)
      throw new Refusal(404, `No operation is served at ${pathname}.`)
    },
  }
}

/** Splits first and decodes each segment once, so that an encoded slash stays inside its key. */
export function splitPath(pathname: string): readonly string[] {
  const segments = pathname.replace(/^\//, '').replace(/\/$/, '').split('/')
  try {
    return segments.map(decodeURIComponent)
  } catch {
    throw new Refusal(400, 'The path is not valid percent-encoded UTF-8.')
  }
}

function compile<Handler>(route: Route<Handler>): Compiled<Handler> {
  return { ...route, segments: route.template.slice(1).split('/') }
}

function isParameter(segment: string | undefined): boolean {
  return segment?.startsWith('{') === true
}

function literalsFirst(a: Compiled<unknown>, b: Compiled<unknown>): number {
  for (const [index, segment] of a.segments.entries()) {
    const order = Number(isParameter(segment)) - Number(isParameter(b.segments[index]))
    if (order !== 0) return order
  }
  return 0
}

function matches(route: Compiled<unknown>, segments: readonly string[]): boolean {
  return route.segments.every((segment, index) => {
    const asked = segments[index] ?? ''
    return isParameter(segment) ? asked !== '' : segment.toLowerCase() === asked.toLowerCase()
  })
}

function paramsOf(route: Compiled<unknown>, segments: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    route.segments.flatMap((segment, index) =>
      isParameter(segment) ? [[segment.slice(1, -1), segments[index] ?? '']] : [],
    ),
  )
}
