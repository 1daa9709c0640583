import { connect, isIP, type OnReadOpts, type Socket } from 'node:net'
import {
  type ConnectionOptions,
  connect as connectSecure,
  createSecureContext,
  type SecureContext,
} from 'node:tls'

/** Where an upstream is. */
export type UpstreamAddress = {
  readonly protocol: 'http' | 'https'
  /** As in a URL: an IPv6 address may stand in brackets. */
  readonly hostname: string
  readonly port: number
  readonly tls?: { readonly ca?: string | Buffer; readonly servername?: string }
}

/** What the connections to an upstream have in common with TLS; nothing without it. */
export type UpstreamTls = {
  readonly context: SecureContext | undefined
  /** The last session, so that the next connection needs no whole handshake (RFC 8446 2.2). Node gives it once it is verified. */
  session: Buffer | undefined
}

/** Reads the certificates once. Where there are none in what is given for them nothing is trusted. */
export function prepareTls({ protocol, tls }: UpstreamAddress): UpstreamTls {
  const ca = tls?.ca === undefined ? {} : { ca: tls.ca }
  const context = protocol === 'http' ? undefined : createSecureContext({ minVersion: 'TLSv1.2', ...ca })
  return { context, session: undefined }
}

/** `onConnect` is called when bytes can be sent, with TLS once the certificate is verified; false from `onRead` pauses. */
type SocketEvents = {
  readonly onConnect: () => void
  readonly onRead: (bytes: Buffer, length: number) => boolean
}

/**
 * Every socket reads into this one: `onRead` uses the bytes up before it returns, and no other read comes between. What is kept
 * is copied.
 */
const readBuffer = Buffer.allocUnsafeSlow(65_536)

/** Opens a connection, with TLS 1.2 or later and the certificate verified where the protocol asks for it. */
export function openSocket(
  { protocol, hostname, port, tls }: UpstreamAddress,
  { onConnect, onRead }: SocketEvents,
  shared: UpstreamTls,
): Socket {
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  const onread = { buffer: readBuffer, callback: (length: number) => onRead(readBuffer, length) }
  if (protocol === 'http') return connect({ host, port, onread, noDelay: true }, onConnect)
  const servername = tls?.servername ?? (isIP(host) === 0 ? host : undefined)
  const options: ConnectionOptions & { readonly onread: OnReadOpts } = {
    host,
    port,
    onread,
    ALPNProtocols: ['http/1.1'],
    rejectUnauthorized: true,
    ...(servername === undefined ? {} : { servername }),
    ...(shared.context === undefined ? {} : { secureContext: shared.context }),
    ...(shared.session === undefined ? {} : { session: shared.session }),
  }
  const socket = connectSecure(options, onConnect)
  socket.setNoDelay(true)
  socket.on('session', (session) => {
    shared.session = session
  })
  return socket
}
