import { Injectable } from '@nestjs/common';

import {
  checkpointText,
  consistencyPlan,
  foldNodes,
  type Hash,
  inclusionPlan,
  leafHash,
  nodesCompletedBy,
  nodesOfTree,
  openNote,
  parseCheckpoint,
  type ProofPlan,
  signNote,
  type TreeNode,
  verifierKeyOf,
} from '#libs/audit-verifier';
import { SYSTEM, type Transaction, TransactionRunner } from '#libs/database';
import { canonicalJson, Clock, invariant, type JsonObject } from '#libs/foundation';
import { KeyRing } from '#libs/keys';

export interface PublishedCheckpoint {
  readonly size: bigint;
  readonly rootHash: Hash;
  readonly note: string;
}

interface OutboxRow {
  readonly id: string;
  readonly occurred_at: Date;
  readonly action: string;
  readonly outcome: string;
  readonly code: string | null;
  readonly actor_party_id: string | null;
  readonly actor_id: string | null;
  readonly subject_id: string | null;
  readonly request_id: string | null;
  readonly body: JsonObject;
}

/** Moves what happened into the tamper-evident tree, publishes signed heads of it, and proves entries against them. */
@Injectable()
export class AuditTreeService {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly keys: KeyRing,
    private readonly clock: Clock,
  ) {}

  /**
   * Appends at most `limit` entries to the tree. Several processes may call it: they take turns, and an entry that
   * commits late simply gets a later index.
   *
   * @returns how many were appended
   */
  sequenceOnce(limit = 1000): Promise<number> {
    return this.transactions.run(SYSTEM, async (tx) => {
      const size = await lockTree(tx);
      const rows: OutboxRow[] = await tx.query('SELECT * FROM audit_outbox ORDER BY id LIMIT $1', [limit]);
      if (rows.length === 0) return 0;
      const leaves = rows.map(leafOf);
      const leafHashes = leaves.map(leafHash);
      const completed = nodesCompletedBy(leafHashes, size, await hashesOf(tx, nodesOfTree(size)));
      await tx.query('SELECT audit_append($1, $2, $3, $4, $5, $6, $7)', [
        size.toString(),
        rows.map(({ id }) => id),
        leaves,
        leafHashes,
        completed.map(({ level }) => level),
        completed.map(({ index }) => index.toString()),
        completed.map(({ hash }) => hash),
      ]);
      return rows.length;
    });
  }

  /** Appends everything that has happened and publishes a checkpoint over it. */
  async catchUp(): Promise<PublishedCheckpoint | null> {
    while ((await this.sequenceOnce()) > 0);
    return this.publishCheckpoint();
  }

  /**
   * Signs the tree as it is, when it has grown since the last checkpoint. Refuses, as a defect, a tree that is not a
   * continuation of that one.
   */
  publishCheckpoint(): Promise<PublishedCheckpoint | null> {
    return this.transactions.run(SYSTEM, async (tx) => {
      const size = await lockTree(tx);
      const last = await this.latest(tx);
      if (size === (last?.size ?? 0n)) return last;
      if (last) {
        const rootNow = foldNodes(await hashesOf(tx, nodesOfTree(last.size)));
        invariant(rootNow.equals(last.rootHash), `The tree contradicts the checkpoint of size ${last.size}`);
      }
      const [exchange]: { log_origin: string }[] = await tx.query('SELECT log_origin FROM exchange');
      // What happened before the exchange was set up waits for its name.
      if (!exchange) return null;
      const origin = exchange.log_origin;
      const rootHash = foldNodes(await hashesOf(tx, nodesOfTree(size)));
      const key = this.keys.signing('CHECKPOINT');
      const note = signNote(checkpointText({ origin, size, rootHash }), origin, key.publicKey, (bytes) =>
        key.sign(bytes),
      );
      await tx.query(
        'INSERT INTO audit_checkpoint (size, root_hash, note, published_at) VALUES ($1, $2, $3, $4)',
        [size.toString(), rootHash, note, this.clock.now()],
      );
      return { size, rootHash, note };
    });
  }

  /** The newest signed head, checked against our own key; null before there is one. */
  latestCheckpoint(): Promise<PublishedCheckpoint | null> {
    return this.transactions.run(SYSTEM, (tx) => this.latest(tx));
  }

  /** The proof that entry `index` is in the tree of `size`. */
  inclusionProof(index: bigint, size: bigint): Promise<Hash[]> {
    return this.prove(inclusionPlan(index, size));
  }

  /** The proof that the tree of `size1` is a beginning of that of `size2`. */
  consistencyProof(size1: bigint, size2: bigint): Promise<Hash[]> {
    return this.prove(consistencyPlan(size1, size2));
  }

  /** What a verifier must be given beforehand to check checkpoints of this origin. */
  verifierKey(origin: string): string {
    return verifierKeyOf(origin, this.keys.signing('CHECKPOINT').publicKey);
  }

  private prove(plan: ProofPlan): Promise<Hash[]> {
    return this.transactions.run(SYSTEM, async (tx) => {
      const hashes = await hashesOf(tx, plan.flat());
      let next = 0;
      return plan.map((nodes) => foldNodes(hashes.slice(next, (next += nodes.length))));
    });
  }

  private async latest(tx: Transaction): Promise<PublishedCheckpoint | null> {
    const [row]: { note: string }[] = await tx.query(
      'SELECT note FROM audit_checkpoint ORDER BY size DESC LIMIT 1',
    );
    if (!row) return null;
    const [origin = ''] = row.note.split('\n');
    const checkpoint = parseCheckpoint(openNote(row.note, [this.verifierKey(origin)]) ?? '');
    invariant(checkpoint, 'The last checkpoint was not signed with the key of this exchange');
    return { ...checkpoint, note: row.note };
  }
}

/** The bytes an entry has in the tree: made here once, stored, never made again. */
function leafOf(row: OutboxRow): Buffer {
  return Buffer.from(
    canonicalJson({
      v: 1,
      at: row.occurred_at.toISOString(),
      action: row.action,
      outcome: row.outcome,
      code: row.code,
      actorParty: row.actor_party_id,
      actor: row.actor_id,
      subject: row.subject_id,
      request: row.request_id,
      body: row.body,
    }),
  );
}

async function lockTree(tx: Transaction): Promise<bigint> {
  const [tree]: { size: string }[] = await tx.query('SELECT audit_lock_tree() AS size');
  invariant(tree, 'The log has a state');
  return BigInt(tree.size);
}

/** The stored hashes of these nodes, in their order, in one statement. */
async function hashesOf(tx: Transaction, nodes: readonly TreeNode[]): Promise<Hash[]> {
  const rows: { hash: Hash }[] = await tx.query(
    `SELECT node.hash FROM unnest($1::smallint[], $2::bigint[]) WITH ORDINALITY AS wanted (level, index, n)
     JOIN audit_node AS node USING (level, index) ORDER BY wanted.n`,
    [nodes.map(({ level }) => level), nodes.map(({ index }) => index.toString())],
  );
  invariant(rows.length === nodes.length, 'Every complete node is stored');
  return rows.map(({ hash }) => hash);
}
