import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { beforeAll, describe, expect, it } from 'vitest'
import { call, keepResuming, newTag, poolTo, until } from './test/call-upstream.ts'
import { keep } from './test/closing.ts'
import { startRawUpstream, tagged } from './test/raw-upstream.ts'

/** Of the machine. */
const OPENSSL = 'openssl'

type Certificate = { readonly key: Buffer; readonly cert: Buffer }

/** Of our own making, for `upstream.test`. Fails where the program openssl is absent. */
function makeCertificate(): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'upstream-tls-'))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const ask = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=upstream.test'
  execFileSync(
    OPENSSL,
    [...ask.split(' '), '-addext', 'subjectAltName=DNS:upstream.test', '-keyout', key, '-out', cert],
    {
      stdio: 'pipe',
    },
  )
  const made = { key: readFileSync(key), cert: readFileSync(cert) }
  rmSync(folder, { recursive: true })
  return made
}

let certificate: Certificate
beforeAll(() => {
  certificate = makeCertificate()
})

const SECURE = { protocol: 'https' } as const
const trust = (servername = 'upstream.test') => ({
  ...SECURE,
  tls: { ca: certificate.cert.toString(), servername },
})

describe('with TLS', () => {
  it('calls go over verified connections, which are used again and take up the last session', async () => {
    const seen: { alpn: unknown; name: unknown; reused: boolean; version: unknown }[] = []
    const upstream = await keep(
      startRawUpstream(
        (socket, { tag }) => {
          const secure = socket as TLSSocket
          seen.push({
            alpn: secure.alpnProtocol,
            name: secure.servername,
            reused: secure.isSessionReused(),
            version: secure.getProtocol(),
          })
          socket.write(
            tag === 'last' ? tagged(tag).replace('x-tag', 'connection: close\r\nx-tag') : tagged(tag),
          )
        },
        { ...certificate, ALPNProtocols: ['h2', 'http/1.1'] },
      ),
    )
    const pool = poolTo(upstream.port, trust())
    for (const tag of [newTag(), newTag(), 'last', newTag()])
      expect((await call(pool, tag).heard).body).toBe(`answer to ${tag}`)
    const ours = { alpn: 'http/1.1', name: 'upstream.test', version: 'TLSv1.3' }
    expect(seen).toEqual([false, false, false, true].map((reused) => ({ ...ours, reused })))
    expect(upstream.connections()).toBe(2)
    await pool.close()
  })

  it.each([
    ['that nobody vouches for', () => SECURE],
    [
      'where what is trusted is no certificate',
      () => ({ ...SECURE, tls: { ca: 'none', servername: 'upstream.test' } }),
    ],
    ['of another name', () => trust('another.test')],
    [
      'without the address that was asked for',
      () => ({ ...SECURE, tls: { ca: certificate.cert.toString() } }),
    ],
  ])('a certificate %s is refused, and nothing is sent', async (_name, options) => {
    let received = 0
    const upstream = await keep(
      startRawUpstream(() => {
        received += 1
      }, certificate),
    )
    const pool = poolTo(upstream.port, options())
    expect(await call(pool, newTag()).heard).toMatchObject({ error: 'unreachable', words: ['error'] })
    expect(pool.stats()).toMatchObject({ open: 0, failed: 1 })
    await pool.close()
    expect(received).toBe(0)
  })

  it('a version before 1.2 is refused', async () => {
    const upstream = await keep(
      startRawUpstream((socket, { tag }) => socket.write(tagged(tag)), {
        ...certificate,
        minVersion: 'TLSv1',
        maxVersion: 'TLSv1.1',
        ciphers: 'DEFAULT@SECLEVEL=0',
      }),
    )
    const pool = poolTo(upstream.port, trust())
    expect(await call(pool, newTag()).heard).toMatchObject({ error: 'unreachable', words: ['error'] })
    expect(upstream.requests).toEqual([])
    await pool.close()
  })

  it('an upstream that does not speak it is not reached, and one that says nothing takes too long', async () => {
    const plain = await keep(startRawUpstream((socket) => socket.write(tagged('plain'))))
    const pool = poolTo(plain.port, { ...trust(), connectMs: 300 })
    expect(await call(pool, newTag()).heard).toMatchObject({ error: 'timeout', words: ['error'] })
    expect(pool.stats()).toMatchObject({ open: 0, failed: 1 })
    await pool.close()
  })

  it('a slow reader holds no more than what is decrypted already, and gets everything', async () => {
    const total = 16 * 1024 * 1024
    const upstream = await keep(
      startRawUpstream((socket) => {
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${total}\r\n\r\n`)
        socket.write(Buffer.alloc(total, 'x'))
      }, certificate),
    )
    const pool = poolTo(upstream.port, trust())
    const slow = call(pool, 'large', { sink: { onData: () => false } })
    await until(() => slow.sofar.bytes > 0)
    await new Promise((done) => setImmediate(done))
    const before = slow.sofar.bytes
    expect(before).toBeLessThan(1_000_000)
    keepResuming(slow)
    expect(await slow.heard).toMatchObject({ words: ['head', 'end'] })
    expect(slow.sofar.bytes).toBe(total)
    await pool.close()
  })

  it('an answer that comes whole although its reader paused leaves a connection that can be used', async () => {
    const upstream = await keep(
      // Two records of TLS, which are decrypted in one go.
      startRawUpstream(
        (socket) => socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 20000\r\n\r\n${'x'.repeat(20_000)}`),
        certificate,
      ),
    )
    const pool = poolTo(upstream.port, trust())
    for (let round = 0; round < 5; round += 1) {
      const called = call(pool, newTag(), { sink: { onData: () => false } })
      await until(() => called.sofar.bytes > 0)
      setImmediate(() => called.exchange.resume())
      expect(await called.heard).toMatchObject({ words: ['head', 'end'] })
    }
    expect(upstream.connections()).toBe(1)
    await pool.close()
  })
})
