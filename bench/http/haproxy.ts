import { hash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { start } from './process.ts'
import type { Ground, Program } from './program.ts'

export const PLAIN_HAPROXY: Program = {
  name: 'haproxy',
  title: 'HAProxy, decides nothing',
  needs: ['haproxy'],
  decides: false,
  start: (ground, port) => startHaproxy(ground, { name: 'haproxy', port, rules: '' }),
}

export const HAPROXY_MAP: Program = {
  name: 'haproxy-map',
  title: 'HAProxy, SHA-256 and a map of tokens, no endpoint rules',
  needs: ['haproxy'],
  decides: true,
  start: (ground, port) => {
    const map = join(ground.folder, 'haproxy.map')
    writeFileSync(map, readKeys(ground.traffic.keys))
    const rules = `
  http-request set-var(txn.credential) http_auth_bearer,sha2(256),hex,map_str(${map})
  http-request deny deny_status 401 unless { var(txn.credential) -m found }
  http-request del-header Authorization
  http-request set-header X-Credential %[var(txn.credential)]`
    return startHaproxy(ground, { name: 'haproxy-map', port, rules })
  },
}

/** Digests as HAProxy spells them. */
function readKeys(path: string): string {
  const keys = readFileSync(path, 'utf8').trimEnd().split('\n')
  return keys.map((key, index) => `${hash('sha256', key).toUpperCase()} crd_${index}\n`).join('')
}

async function startHaproxy(
  { machine, folder, upstreamPort }: Ground,
  { name, port, rules }: { readonly name: string; readonly port: number; readonly rules: string },
) {
  const path = join(folder, `${name}.cfg`)
  writeFileSync(
    path,
    `global
  nbthread 1
  maxconn 8000
defaults
  mode http
  timeout connect 5s
  timeout client 600s
  timeout server 600s
  timeout http-keep-alive 600s
  option http-keep-alive
  http-reuse always
frontend calls
  bind 127.0.0.1:${port} backlog 4096${rules}
  default_backend upstream
backend upstream
  server api 127.0.0.1:${upstreamPort}
`,
  )
  return await start({ name, command: machine.pin('program', ['haproxy', '-db', '-f', path]), port, folder })
}
