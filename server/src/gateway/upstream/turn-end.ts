import type { Socket } from 'node:net'

/** Somebody's connection: what comes on it before its request was written is no answer to it. */
export type Written = { readonly socket: Socket; isWritten: boolean }

let connections: Written[] = []
let texts: string[] = []

/**
 * Writes a text, ISO 8859-1, once everything that has come in this turn of the event loop is dealt with. A write wakes the
 * upstream, which costs more than all the rest of it while it is asleep: of many writes in a row it is the first one alone.
 */
export function writeAtTurnEnd(connection: Written, text: string): void {
  if (connections.length === 0) setImmediate(writeAll)
  connection.isWritten = false
  connections.push(connection)
  texts.push(text)
}

function writeAll(): void {
  const waiting = connections
  const given = texts
  connections = []
  texts = []
  for (let at = 0; at < waiting.length; at += 1) {
    const connection = waiting[at]
    // Whoever has lost it meanwhile has been told so.
    if (connection === undefined || connection.socket.destroyed) continue
    connection.isWritten = true
    connection.socket.write(given[at] ?? '', 'latin1')
  }
}
