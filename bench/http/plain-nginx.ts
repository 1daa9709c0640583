import { KEPT, startNginx, upstreamBlock } from './nginx.ts'
import type { Program } from './program.ts'

/** The yardstick. */
export const PLAIN_NGINX: Program = {
  name: 'nginx',
  title: 'nginx, proxy_pass, decides nothing: the yardstick',
  needs: ['nginx'],
  decides: false,
  start: ({ machine, folder, upstreamPort }, port) =>
    startNginx(machine, {
      name: 'nginx',
      folder,
      port,
      core: 'program',
      http: upstreamBlock(upstreamPort),
      server: `location / { ${KEPT} proxy_pass http://upstream_api; }`,
    }),
}
