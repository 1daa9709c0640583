import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * An ext4 file system in a file, whose power can be cut.
 *
 * What is simulated: at one instant the disk gets nothing any more (ext4's own shutdown, EXT4_IOC_SHUTDOWN without a flush of
 * its journal, as xfstests do it). Everything that was in the page cache and not handed to the disk yet is gone; whatever was
 * handed over is there. So it finds every commit that was acknowledged before an fsync of it had ended, also of directories
 * and of the journal. What is not simulated: a disk that says that it has written what it loses (its own cache, which a flush
 * empties), sectors that are half written. The image is a file of the machine that runs the test, whose page cache outlives
 * the cut: it stands for the disk.
 */
export type CuttableDisk = {
  /** Where it is mounted. */
  readonly directory: string
  /** From now on nothing reaches the disk: programs get EIO. */
  readonly cut: () => void
  /** The power is back: mounted anew as it was left. Whoever used it must have ended. */
  readonly mountAgain: () => void
  readonly close: () => void
}

const SIZE = 96 * 1024 * 1024
/** Where the image is, if there is such a place: the disk is then as fast as a good one. */
const MEMORY = '/dev/shm'
/** EXT4_IOC_SHUTDOWN with EXT4_GOING_FLAGS_NOLOGFLUSH. Perl is in every Debian, and Node has no ioctl. */
const CUT =
  'open(F, "<", $ARGV[0]) or die $!; my $flags = pack("L", 2); ioctl(F, 0x8004587d, $flags) or die $!'

/** Why there can be none on this machine; undefined: there can. */
export function whyNoCuttableDisk(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return 'only root on Linux can mount a file system'
  const lacking = ['mkfs.ext4', 'mount', 'umount', 'perl'].filter(
    (name) => spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0,
  )
  if (lacking.length > 0) return `not on this machine: ${lacking.join(', ')}`
  try {
    const disk = makeCuttableDisk()
    disk.cut()
    disk.close()
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** Throws where this machine has no loop devices, or its ext4 no shutdown. */
export function makeCuttableDisk(): CuttableDisk {
  const folder = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'stagedoor-disk-'))
  const image = join(folder, 'image')
  const directory = join(folder, 'mounted')
  mkdirSync(directory)
  writeFileSync(image, '')
  truncateSync(image, SIZE)
  const mount = (): void => run('mount', '-o', 'loop', image, directory)
  const unmount = (): void => run('umount', directory)
  try {
    run('mkfs.ext4', '-q', '-F', image)
    mount()
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
  return {
    directory,
    cut: () => run('perl', '-e', CUT, directory),
    mountAgain: () => {
      unmount()
      mount()
    },
    close: () => {
      unmount()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function run(command: string, ...args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command}: ${error?.message ?? stderr.trim()}`)
}
