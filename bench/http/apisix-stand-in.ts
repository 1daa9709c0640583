import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { KEPT, startNginx, upstreamBlock } from './nginx.ts'
import type { Program } from './program.ts'

const SCRIPT = resolve(import.meta.dirname, 'apisix-stand-in.lua')

/** Not APISIX: what it does for each request with key-auth and a route for each endpoint, written by hand. */
export const APISIX_STAND_IN: Program = {
  name: 'apisix-stand-in',
  title: 'nginx + Lua, stand-in for APISIX: router, key-auth, balancer',
  needs: ['nginx', 'nginx-lua'],
  decides: true,
  start: ({ machine, folder, upstreamPort, traffic, endpoints }, port) => {
    const routes = join(folder, 'routes.txt')
    writeFileSync(routes, endpoints.map(({ method, path }) => `${method} ${path}\n`).join(''))
    return startNginx(machine, {
      name: 'apisix-stand-in',
      folder,
      port,
      core: 'program',
      usesLua: true,
      http: `${upstreamBlock(upstreamPort, 'by_lua', 'server 0.0.0.1; balancer_by_lua_block { gateway.balancer() }')}
  init_by_lua_block { gateway = dofile("${SCRIPT}"); gateway.load("${routes}", "${traffic.keys}", ${upstreamPort}) }`,
      server: `location / {
      set $upstream_uri '';
      access_by_lua_block { gateway.access() }
      header_filter_by_lua_block { gateway.header_filter() }
      log_by_lua_block { gateway.log() }
      ${KEPT} proxy_pass http://by_lua$upstream_uri;
    }`,
    })
  },
}
