import { connect } from 'node:net'

/** Sends bytes as they are, and gives the first whole answer, or all that comes until the other side closes. */
export function sendRaw(gatewayUrl: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(gatewayUrl)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(bytes, 'latin1'))
    let text = ''
    socket.setEncoding('latin1').setTimeout(5_000, () => socket.destroy())
    socket.on('data', (chunk: string) => {
      text += chunk
      if (isWhole(text)) socket.end()
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(text))
  })
}

function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n')
  const length = Number(/^content-length: *(\d+)/im.exec(text.slice(0, end))?.[1] ?? 0)
  return end >= 0 && text.length >= end + 4 + length
}

/** The status of the first answer in raw bytes; 0 where there is none. */
export function statusOf(raw: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(raw)?.[1] ?? 0)
}

/** Sends a request whose body does not end, until the other side cuts it off or 200 MB are gone. Gives how much went. */
export function sendEndless(gatewayUrl: string, head: string): Promise<number> {
  const { hostname, port } = new URL(gatewayUrl)
  const chunk = Buffer.concat([Buffer.from('f4240\r\n'), Buffer.alloc(1_000_000, 'x'), Buffer.from('\r\n')])
  return new Promise((resolve) => {
    let sent = 0
    const socket = connect(Number(port), hostname, () => {
      socket.write(`${head}Transfer-Encoding: chunked\r\n\r\n`)
      write()
    })
    const write = (): void => {
      if (socket.destroyed || sent >= 200_000_000) socket.destroy()
      else {
        sent += chunk.length
        socket.write(chunk, () => setImmediate(write))
      }
    }
    socket.resume().on('error', () => undefined)
    socket.on('close', () => resolve(sent))
  })
}
