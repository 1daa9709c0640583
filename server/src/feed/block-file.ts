import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { SourceError } from './change-source.ts'

/**
 * Blocks of bytes behind the first line of a file. Each begins with a checksum over the checksum before, its kind, its length
 * and its content, so that none can be changed, left out, repeated, moved or brought from another file unnoticed. SHA-256, of
 * which 128 bits are kept: CRC-32 would be eight times as quick, and be right by chance once in four billion damages.
 */
export type BlockChain = {
  /** What stands before the content of the next block. */
  readonly seal: (kind: number, content: Uint8Array) => Uint8Array
}

export type Block = {
  readonly kind: number
  /** Valid until the next one is read. Begins at the beginning of its memory, so that it can be looked at as words. */
  readonly content: Uint8Array<ArrayBuffer>
}

const SUM_BYTES = 16
const KIND_AT = SUM_BYTES
const LENGTH_AT = SUM_BYTES + 4
const HEAD_BYTES = SUM_BYTES + 8

/** @param firstLine of the file, with its end */
export function createBlockChain(firstLine: string): BlockChain {
  let before = sumOf(Buffer.from(firstLine))
  return {
    seal: (kind, content) => {
      const head = Buffer.alloc(HEAD_BYTES)
      head.writeUInt32LE(kind, KIND_AT)
      head.writeUInt32LE(content.length, LENGTH_AT)
      before = sumOf(before, head.subarray(KIND_AT), content)
      head.set(before)
      return head
    },
  }
}

/** The blocks of a file behind its first line. Throws SourceError `damaged` where anything is wrong with one. */
export async function* readBlocks(file: FileHandle, firstLine: string): AsyncGenerator<Block> {
  const { size } = await file.stat()
  let at = Buffer.byteLength(firstLine)
  let before = sumOf(Buffer.from(firstLine))
  const head = Buffer.alloc(HEAD_BYTES)
  let room = new Uint8Array(ROOM_BYTES)
  while (at < size) {
    await readWhole(file, head, at)
    at += HEAD_BYTES
    const length = head.readUInt32LE(LENGTH_AT)
    if (length > size - at) throw cutOff()
    if (length > room.length) room = new Uint8Array(length)
    const content = room.subarray(0, length)
    await readWhole(file, content, at)
    at += length
    const sum = sumOf(before, head.subarray(KIND_AT), content)
    if (!sum.equals(head.subarray(0, SUM_BYTES)))
      throw new SourceError('damaged', 'a block cannot be trusted: checksum')
    before = sum
    yield { kind: head.readUInt32LE(KIND_AT), content }
  }
}

const ROOM_BYTES = 512 * 1024

async function readWhole(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, position + done)
    if (bytesRead === 0) throw cutOff()
    done += bytesRead
  }
}

function sumOf(...parts: readonly Uint8Array[]): Buffer {
  const sum = createHash('sha256')
  for (const part of parts) sum.update(part)
  return sum.digest().subarray(0, SUM_BYTES)
}

function cutOff(): SourceError {
  return new SourceError('damaged', 'the file ends within a block')
}
