import { resolve } from 'node:path'
import { steadyPort } from '#test/support/steady-port.ts'
import { KEPT, startNginx, upstreamBlock } from './nginx.ts'
import { start } from './process.ts'
import type { Program } from './program.ts'

const SERVER = resolve(import.meta.dirname, 'decision-server.ts')

/** Both programs share the core. */
export const AUTH_REQUEST: Program = {
  name: 'auth-request',
  title: 'nginx auth_request to a small Node server that checks the key',
  needs: ['nginx'],
  decides: true,
  start: async ({ machine, folder, upstreamPort, traffic }, port) => {
    const decisionPort = await steadyPort()
    const decisions = await start({
      name: 'decision-server',
      command: machine.pin('program', [process.execPath, SERVER, String(decisionPort), traffic.keys]),
      port: decisionPort,
      folder,
    })
    const nginx = await startNginx(machine, {
      name: 'auth-request',
      folder,
      port,
      core: 'program',
      http: `${upstreamBlock(upstreamPort)} ${upstreamBlock(decisionPort, 'decisions')}`,
      server: `location / { auth_request /decide; ${KEPT} proxy_pass http://upstream_api; }
    location = /decide {
      internal;
      ${KEPT} proxy_pass_request_body off; proxy_set_header Content-Length "";
      proxy_set_header X-Original-Method $request_method; proxy_set_header X-Original-URI $request_uri;
      proxy_pass http://decisions;
    }`,
    })
    return {
      cpuSeconds: () => nginx.cpuSeconds() + decisions.cpuSeconds(),
      stop: async () => {
        await nginx.stop()
        await decisions.stop()
      },
    }
  },
}
