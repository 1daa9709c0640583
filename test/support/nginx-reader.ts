import { type ChildProcess, spawn } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { NGINX, NGINX_LUA, NGINX_MODULES, provideDebian } from './debian.ts'
import type { OtherReader, Reading } from './other-readers.ts'
import { temporaryFolder } from './stagedoor.ts'

/** Requests on one connection, each followed by its marker. */
const PIPELINED_MAX = 16

type Asked = {
  readonly bytes: Uint8Array
  readonly answer: (reading: Reading | null) => void
  readonly fail: (error: unknown) => void
}

type Nginx = { readonly path: string; readonly child: ChildProcess; readonly output: () => string }

/**
 * A real nginx, which is sent the bytes as they are and says in Lua how it has read them, names, order and duplicates as they
 * came. Behind each request comes another one, known: where that is not read as itself, the first did not end with its bytes.
 *
 * It reads a second `If-Match`, `Expect` and the like as an error, and no trailers at all. A request that asks for its
 * connection to be closed has no other behind it, so that is null as well. Content: at most 1 MB.
 */
export function nginxReader(): OtherReader {
  provideDebian((line) => void process.stdout.write(`${line}\n`), [NGINX_LUA])
  const folder = temporaryFolder()
  const nginx = startNginx(folder)
  const close = (): void => {
    nginx.child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
  process.once('exit', close)
  let waiting: Asked[] = []
  const flush = (): void => {
    const asked = waiting
    waiting = []
    for (let at = 0; at < asked.length; at += PIPELINED_MAX) {
      const some = asked.slice(at, at + PIPELINED_MAX)
      readAll(nginx, some).catch((error: unknown) => {
        for (const { fail } of some) fail(error)
      })
    }
  }
  return {
    read: (bytes) =>
      new Promise((answer, fail) => {
        if (waiting.length === 0) setImmediate(flush)
        waiting.push({ bytes, answer, fail })
      }),
    close: () => {
      process.off('exit', close)
      close()
    },
  }
}

/** One process, so that no worker outlives it. */
function startNginx(folder: string): Nginx {
  const path = join(folder, 'socket')
  const configuration = join(folder, 'nginx.conf')
  writeFileSync(configuration, writeConfiguration(folder, path))
  const child = spawn(NGINX, ['-e', 'stderr', '-p', folder, '-c', configuration], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let output = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(-10_000)
  })
  child.on('error', (error) => {
    output += String(error)
  })
  return { path, child, output: () => output }
}

/**
 * It leaves out and repairs nothing that nginx can be told not to, and takes all that was sent before it closes: its last answers
 * would be lost otherwise.
 */
function writeConfiguration(folder: string, path: string): string {
  const modules = ['ndk_http_module', 'ngx_http_lua_module'].map(
    (name) => `load_module ${NGINX_MODULES}/${name}.so;`,
  )
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  )
  return `${modules.join('\n')}
daemon off;
master_process off;
pid ${folder}/pid;
error_log stderr info;
events { worker_connections 1024; }
http {
  access_log off;
  ${temporary.join('\n  ')}
  keepalive_requests 1000000000;
  underscores_in_headers on;
  ignore_invalid_headers off;
  merge_slashes off;
  lingering_close always;
  client_header_buffer_size 64k;
  large_client_header_buffers 4 64k;
  client_max_body_size 0;
  client_body_buffer_size 1m;
  client_body_in_single_buffer on;
  init_by_lua_block { answer_reading = dofile("${join(import.meta.dirname, 'nginx-reader.lua')}") }
  server {
    listen unix:${path};
    location / { content_by_lua_block { answer_reading() } }
  }
}
`
}

/**
 * Answers all. nginx also closes where the sender's end has come while answers still wait to be taken, so the one at which the
 * row of answers breaks may be right: it is sent once more, alone, where nothing waits, and then those behind it.
 */
async function readAll(nginx: Nginx, asked: readonly Asked[]): Promise<void> {
  const pipeline = asked.map(({ bytes }, at) =>
    Buffer.concat([bytes, Buffer.from(`GET ${markerOf(at)} HTTP/1.1\r\nHost: end\r\n\r\n`)]),
  )
  const heads = await converse(nginx, Buffer.concat(pipeline))
  let at = 0
  for (; at < asked.length; at += 1) {
    const reading = toReading(heads[2 * at], nginx)
    if (reading === null || !isMarker(toReading(heads[2 * at + 1], nginx), at)) break
    asked[at]?.answer(reading)
  }
  const odd = asked[at]
  if (odd === undefined) return
  if (asked.length === 1) return odd.answer(null)
  await readAll(nginx, [odd])
  await readAll(nginx, asked.slice(at + 1))
}

function markerOf(at: number): string {
  return `/end-${at}`
}

function isMarker(reading: Reading | null, at: number): boolean {
  return (
    reading !== null &&
    reading.method === 'GET' &&
    reading.target === markerOf(at) &&
    JSON.stringify(reading.fields) === '[["host","end"]]' &&
    reading.length === 0
  )
}

/** Sends the bytes and their end, and gives the heads of what came back until nginx closed. */
async function converse({ path, child, output }: Nginx, bytes: Uint8Array): Promise<readonly string[]> {
  for (;;) {
    const text = await exchange(path, bytes)
    // Until it listens.
    if (text === undefined && child.exitCode === null && child.signalCode === null && child.pid)
      await new Promise((done) => setTimeout(done, 20))
    else if (text === undefined) throw new Error(`nginx ended:\n${output()}`)
    else return text.split('\r\n\r\n').filter((head) => !head.startsWith('HTTP/1.1 100'))
  }
}

/** undefined where nobody listens. */
function exchange(path: string, bytes: Uint8Array): Promise<string | undefined> {
  return new Promise((resolve) => {
    let text = ''
    let isConnected = false
    const socket = connect(path, () => {
      isConnected = true
      // The end behind the last marker: a reader that wants more closes instead of waiting.
      socket.end(bytes)
    })
    socket.setEncoding('latin1').on('data', (piece: string) => {
      text += piece
    })
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(isConnected ? text : undefined))
  })
}

/** @throws Error where nginx could not say how it has read */
function toReading(head: string | undefined, { output }: Nginx): Reading | null {
  const [, status, reading] =
    /^HTTP\/1\.1 (\d{3}) [^]*?(?:\r\nX-Reading: ([A-Za-z0-9+/= ]+)|$)/.exec(head ?? '') ?? []
  if (status === '500') throw new Error(`nginx failed:\n${output()}`)
  if (status !== '204' || reading === undefined) return null
  const parts = reading.split(' ').map((part) => Buffer.from(part, 'base64').toString('latin1'))
  const [method = '', target = '', path = '', query = '', ...rest] = parts
  const [length, digest = ''] = rest.splice(-2)
  const fields = rest
    .filter((_, at) => at % 2 === 0)
    .map((name, at) => [name.toLowerCase(), rest[2 * at + 1] ?? ''] as const)
  return { method, target: asTakenApart(target, path, query), fields, length: Number(length), digest }
}

/** The target, unless nginx found another path or query in it: then those as well. */
function asTakenApart(target: string, path: string, query: string): string {
  const end = target.includes('?') ? target.indexOf('?') : target.length
  const decoded = target
    .slice(0, end)
    .replace(/%([0-9a-f]{2})/gi, (_, octet: string) => String.fromCharCode(Number.parseInt(octet, 16)))
  return decoded === path && target.slice(end + 1) === query ? target : `${target} as ${path} and ${query}`
}
