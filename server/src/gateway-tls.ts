import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { createSecureContext } from 'node:tls'
import type { Config } from '#config/config.ts'

/** How callers speak to the gateway itself. */
export function schemeOf({ gatewayTls }: Pick<Config, 'gatewayTls'>): 'http' | 'https' {
  return gatewayTls === undefined ? 'http' : 'https'
}

/** Certificate and key of the gateway's port; undefined where it speaks plain HTTP. Throws an error that names the setting. */
export function readTls({
  gatewayTls,
  folder,
}: Config): { readonly key: string; readonly cert: string } | undefined {
  if (gatewayTls === undefined) return undefined
  const read = (name: 'certFile' | 'keyFile'): string => {
    const path = resolve(folder, gatewayTls[name])
    try {
      return readFileSync(path, 'utf8')
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      throw new Error(`gatewayTls.${name}: ${path} cannot be read: ${why}`, { cause: error })
    }
  }
  const pair = { cert: read('certFile'), key: read('keyFile') }
  try {
    createSecureContext(pair)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Error(`gatewayTls: the certificate and the key cannot be used: ${why}`, { cause: error })
  }
  return pair
}
