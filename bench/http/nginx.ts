import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Core, Machine } from './machine.ts'
import { type Running, start } from './process.ts'

export type NginxOptions = {
  readonly name: string
  readonly folder: string
  readonly port: number
  readonly core: Core
  readonly usesLua?: boolean
  /** Within `http`, beside the server. */
  readonly http?: string
  /** Within `server`. */
  readonly server: string
}

/** An nginx with one worker, in the foreground, without an access log; connections of both sides are kept. */
export async function startNginx({ pin }: Machine, options: NginxOptions): Promise<Running> {
  const folder = join(options.folder, options.name)
  mkdirSync(folder, { recursive: true })
  const path = join(folder, 'nginx.conf')
  writeFileSync(path, writeConfiguration({ ...options, folder }))
  const command = ['nginx', '-e', 'stderr', '-p', folder, '-c', path]
  return await start({ ...options, command: pin(options.core, command), folder })
}

/** The upstream of all, to be named in `http`: its connections are kept, as many as there may be. */
export function upstreamBlock(
  port: number,
  name = 'upstream_api',
  inside = `server 127.0.0.1:${port};`,
): string {
  return `upstream ${name} { ${inside} keepalive 128; keepalive_requests 1000000000; }`
}

/** What makes nginx keep a connection to an upstream. */
export const KEPT = 'proxy_http_version 1.1; proxy_set_header Connection "";'

function writeConfiguration({ folder, port, usesLua = false, http = '', server }: NginxOptions): string {
  const lua = ['ndk_http_module', 'ngx_http_lua_module'].map(
    (name) => `load_module /usr/lib/nginx/modules/${name}.so;`,
  )
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  )
  return `${usesLua ? lua.join('\n') : ''}
${process.getuid?.() === 0 ? 'user root;' : ''}
worker_processes 1;
daemon off;
pid ${folder}/nginx.pid;
error_log stderr warn;
events { worker_connections 4096; }
http {
  access_log off;
  keepalive_timeout 600s;
  keepalive_requests 1000000000;
  ${temporary.join('\n  ')}
  ${http}
  server {
    listen 127.0.0.1:${port} backlog=4096;
    ${server}
  }
}
`
}
