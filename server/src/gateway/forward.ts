import type { Allowed } from '@stagedoor/core/decision.ts'
import type { UpstreamBody, UpstreamRequest } from './upstream/exchange-upstream.ts'
import type { Upstream } from './upstream.ts'

/** A call as it goes upstream: written anew from what was decided. */
export type ForwardedCall = {
  readonly upstream: Upstream
  readonly method: string
  /** Whose call it is, by credential and address. */
  readonly caller: string
  /** Path and query, canonical, below the upstream's base path. */
  readonly target: string
  /** Field lines, each with its CRLF: all but `host` and those of the sign-in. */
  readonly lines: string
}

/** Whose call it is: of one credential, callers at different addresses are different ones. */
export function callerOf({ credentialId }: Allowed, address: string): string {
  return credentialId + ' ' + address
}

/** The request of a call, signed in by these lines. */
export function toUpstreamRequest(
  { upstream, method, caller, target, lines }: ForwardedCall,
  signInLines: string,
  body: UpstreamBody,
): UpstreamRequest {
  const { basePath, host } = upstream
  return {
    method,
    caller,
    head: method + ' ' + basePath + target + ' HTTP/1.1\r\nhost: ' + host + '\r\n' + lines + signInLines,
    body,
  }
}

/** Whether an answer says that the gateway is not signed in. Without a sign-in, 401 is the caller's to know. */
export function isSignInRefused(status: number, { signsIn }: Upstream): boolean {
  return status === 401 && signsIn
}

/** Whether a refused call is worth sending again: with other lines, and with a body that is still there. */
export function mayTryAgain({ signIn }: Upstream, signInLines: string, body: UpstreamBody): boolean {
  return signIn.refused(signInLines) && body.kind !== 'stream'
}
