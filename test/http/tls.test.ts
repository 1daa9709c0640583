import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { PLAIN, plainConfig } from '../support/plain-config.ts'
import { spawnStagedoor, startStagedoor, temporaryFolder } from '../support/stagedoor.ts'
import { startUpstream } from '../support/upstream.ts'

const EVENTS = '/enterprise/connect/api/Events/10'

/** Of Debian, not of this project. */
const OPENSSL = 'openssl'

/** A certificate for 127.0.0.1, made for this run by the machine's openssl. */
function makeCertificate(folder: string): string {
  const made = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '2',
  ]
  const named = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1']
  const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')]
  execFileSync(OPENSSL, [...made, ...named, ...files], { stdio: 'pipe' })
  return readFileSync(join(folder, 'cert.pem'), 'utf8')
}

function get(url: string, ca: string, token: string): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { ca, headers: { authorization: `Bearer ${token}` } }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text
      })
      response.on('end', () => resolve({ status: response.statusCode, body }))
    })
    asked.on('error', reject).end()
  })
}

it('decides and forwards over TLS, and tells the upstream that it was', async () => {
  const folder = temporaryFolder()
  const ca = makeCertificate(folder)
  const upstream = await startUpstream()
  const door = await startStagedoor({
    folder,
    config: {
      ...plainConfig({ enterprise: { baseUrl: upstream.url } }),
      gatewayTls: { certFile: 'cert.pem', keyFile: 'key.pem' },
    },
  })
  onTestFinished(async () => {
    await door.stop()
    await upstream.close()
  })
  expect(door.gatewayUrl).toMatch(/^https:/)
  const made = await door.admin('POST', `${PLAIN}/credentials`, {
    title: 'Over TLS',
    authenticationMethod: 'api_token',
  })
  const token = made.json.secrets.apiToken
  expect(await get(door.gatewayUrl + EVENTS, ca, token)).toEqual({ status: 200, body: '{"ok":true}' })
  expect(upstream.received[0]?.headers['x-forwarded-proto']).toBe('https')
  expect((await get(`${door.gatewayUrl}/livez`, ca, token)).status).toBe(200)
  expect((await get(door.gatewayUrl + EVENTS, ca, 'sd_api_none')).status).toBe(401)
  expect(upstream.received).toHaveLength(1)
})

it.each([
  ['a file that is not there', 'none.pem', /gatewayTls\.keyFile: .*none\.pem cannot be read/],
  ['a key that is none', 'no-key.pem', /gatewayTls: the certificate and the key cannot be used/],
])('does not start with %s, and says so', async (_, keyFile, says) => {
  const folder = temporaryFolder()
  makeCertificate(folder)
  writeFileSync(join(folder, 'no-key.pem'), 'no key')
  const { child, output } = spawnStagedoor(folder, {
    config: { ...plainConfig(), gatewayTls: { certFile: 'cert.pem', keyFile } },
  })
  const code = await new Promise((resolve) => child.once('exit', resolve))
  expect(code).toBe(1)
  expect(output()).toMatch(says)
  expect(output()).not.toContain('no key')
})
