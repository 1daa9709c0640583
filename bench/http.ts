import { resolve } from 'node:path'
import { measureAll } from './http/measure-all.ts'
import { readOptions } from './http/options.ts'
import { writeReport } from './http/report.ts'

// Stagedoor beside nginx, nginx + Lua and HAProxy on this machine. One command: npm run bench.
// npm run bench -- --rounds 5 --seconds 4 --only nginx,stagedoor --credentials 100000 --rate 10000 --out docs

const DOCS = resolve(import.meta.dirname, '../docs')

const options = readOptions(process.argv.slice(2), DOCS)
const log = (line: string): void => void process.stderr.write(`${line}\n`)
process.stdout.write(writeReport(await measureAll(options, log), options.out))
