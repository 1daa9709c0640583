import { APISIX_STAND_IN } from './apisix-stand-in.ts'
import { AUTH_REQUEST } from './auth-request.ts'
import { HAPROXY_MAP, PLAIN_HAPROXY } from './haproxy.ts'
import { LUA_KEY_CHECK } from './lua-key-check.ts'
import { packagesOf } from './machine.ts'
import { PLAIN_NGINX } from './plain-nginx.ts'
import type { Program } from './program.ts'
import { STAGEDOOR } from './stagedoor.ts'

/** No program between: what the generators and the upstream can do on their core. */
export const DIRECT: Program = {
  name: 'direct',
  title: 'direct to the upstream',
  needs: [],
  decides: false,
  start: () => Promise.reject(new Error('the upstream runs already')),
}

const PROGRAMS: readonly Program[] = [
  PLAIN_NGINX,
  STAGEDOOR,
  DIRECT,
  PLAIN_HAPROXY,
  HAPROXY_MAP,
  LUA_KEY_CHECK,
  APISIX_STAND_IN,
  AUTH_REQUEST,
]

export type Chosen = {
  readonly programs: readonly Program[]
  /** What cannot be measured here, and what it lacks. */
  readonly missing: readonly string[]
}

/** Those to be measured: all, or those named. Throws TypeError on a name that there is not. */
export function choosePrograms(only: readonly string[], tools: ReadonlySet<string>): Chosen {
  const unknown = only.filter((name) => PROGRAMS.every((program) => program.name !== name))
  if (unknown.length > 0)
    throw new TypeError(
      `--only: there is no ${unknown.join(', ')}. There are: ${PROGRAMS.map(({ name }) => name).join(', ')}.`,
    )
  const wanted = PROGRAMS.filter(({ name }) => only.length === 0 || only.includes(name))
  const lacks = ({ needs }: Program): readonly string[] => needs.filter((tool) => !tools.has(tool))
  return {
    programs: wanted.filter((program) => lacks(program).length === 0),
    missing: wanted
      .filter((program) => lacks(program).length > 0)
      .map((program) => `${program.title}: it needs ${lacks(program).map(packagesOf).join(' ')}`),
  }
}
