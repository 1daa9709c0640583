import type { Queries } from './database.ts'

/** A gateway as the control planes know it. Instants are epoch milliseconds of whichever of them heard it. */
export type StoredNode = {
  readonly id: string
  readonly instance: string
  readonly name: string
  readonly seq: number
  readonly digest: string
  readonly configDigest: string
  readonly lastSeenAt: number
  readonly leaseUntil: number
  /** When it said that it stops; undefined while it runs, as far as anybody knows. */
  readonly stoppedAt: number | undefined
}

/** Writes what it has acknowledged, for the first time or again. False: another instance has the id, nothing is written. */
export async function nodeAcknowledge(trx: Queries, node: StoredNode): Promise<boolean> {
  const row = await trx
    .insertInto('nodes')
    .values({ id: node.id, ...toColumns(node), registered_at: node.lastSeenAt })
    .onConflict((conflict) =>
      conflict
        .column('id')
        .doUpdateSet((on) => ({
          ...toColumns(node),
          // Of two that overtake each other the later one counts: it says until when the gateway may decide.
          last_seen_at: on
            .case()
            .when('nodes.last_seen_at', '>', node.lastSeenAt)
            .then(on.ref('nodes.last_seen_at'))
            .else(node.lastSeenAt)
            .end(),
        }))
        .where('nodes.instance', '=', node.instance),
    )
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Gives the id to the node's instance. False where `from` does not have it any more. */
export async function nodeTakeOver(trx: Queries, node: StoredNode, from: string): Promise<boolean> {
  const row = await trx
    .updateTable('nodes')
    .set({ ...toColumns(node), registered_at: node.lastSeenAt })
    .where('id', '=', node.id)
    .where('instance', '=', from)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** The instance that has the id. */
export async function nodeInstanceOf(trx: Queries, id: string): Promise<string | undefined> {
  const row = await trx.selectFrom('nodes').select('instance').where('id', '=', id).executeTakeFirst()
  return row?.instance
}

/** Every gateway that is not forgotten, by id. */
export async function nodeList(trx: Queries): Promise<readonly StoredNode[]> {
  const rows = await trx.selectFrom('nodes').selectAll().orderBy('id').execute()
  return rows.map((row) => ({
    id: row.id,
    instance: row.instance,
    name: row.name,
    seq: row.seq,
    digest: row.digest,
    configDigest: row.config_digest,
    lastSeenAt: row.last_seen_at,
    leaseUntil: row.lease_until,
    stoppedAt: row.stopped_at ?? undefined,
  }))
}

export type StoppedNode = { readonly id: string; readonly instance: string; readonly at: number }

/** It has no lease from then on. When it was last seen stays: what it could begin again from is as old as that. */
export async function nodeMarkStopped(trx: Queries, { id, instance, at }: StoppedNode): Promise<void> {
  await trx
    .updateTable('nodes')
    .set({ stopped_at: at, lease_until: at })
    .where('id', '=', id)
    .where('instance', '=', instance)
    .execute()
}

/** Forgets those that nobody has heard since. */
export async function nodeForget(trx: Queries, before: number): Promise<void> {
  await trx.deleteFrom('nodes').where('last_seen_at', '<', before).execute()
}

function toColumns(node: StoredNode) {
  return {
    instance: node.instance,
    name: node.name,
    seq: node.seq,
    digest: node.digest,
    config_digest: node.configDigest,
    last_seen_at: node.lastSeenAt,
    lease_until: node.leaseUntil,
    stopped_at: node.stoppedAt ?? null,
  }
}
