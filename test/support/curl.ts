import { spawnSync } from 'node:child_process'

/** Whether this machine has curl. A bare Debian has not, and the tests need nothing that is not there. */
export const HAS_CURL = spawnSync('curl', ['--version']).status === 0

if (!HAS_CURL) process.stderr.write('there is no curl here: the lines to paste are not tried\n')
