import { resolve } from 'node:path'
import { KEPT, startNginx, upstreamBlock } from './nginx.ts'
import type { Program } from './program.ts'

const SCRIPT = resolve(import.meta.dirname, 'lua-key-check.lua')

/** The least that a gateway on nginx and Lua does. */
export const LUA_KEY_CHECK: Program = {
  name: 'nginx-lua',
  title: 'nginx + Lua, key check in a shared dict, no endpoint rules',
  needs: ['nginx', 'nginx-lua'],
  decides: true,
  start: ({ machine, folder, upstreamPort, traffic }, port) =>
    startNginx(machine, {
      name: 'nginx-lua',
      folder,
      port,
      core: 'program',
      usesLua: true,
      http: `${upstreamBlock(upstreamPort)}
  lua_shared_dict keys 256m;
  init_by_lua_block { check = dofile("${SCRIPT}"); check.load("${traffic.keys}") }`,
      server: `location / {
      access_by_lua_block { check.access() }
      ${KEPT} proxy_pass http://upstream_api;
    }`,
    }),
}
