import { Args, Query, Resolver } from '@nestjs/graphql';

import { TransactionRunner } from '#libs/database';
import { InvalidInput } from '#libs/foundation';
import {
  type Actor,
  AllowedToAnyone,
  AllowedToSignedIn,
  CurrentActor,
  GraphQLBigInt,
  GraphQLUuid,
  PageArgs,
  pageOf,
  sortKeyAfter,
} from '#libs/graphql';

import { AuditTreeService } from './audit-tree.service.ts';
import { AuditEntryConnection, CheckpointObject } from './audit.object.ts';

interface EntryRow {
  readonly index: string;
  readonly leaf: Buffer;
  readonly leaf_hash: Buffer;
  readonly occurred_at: Date;
  readonly action: string;
  readonly outcome: string;
  readonly actor_party_id: string | null;
  readonly subject_id: string | null;
}

@Resolver()
export class AuditResolver {
  constructor(
    private readonly tree: AuditTreeService,
    private readonly transactions: TransactionRunner,
  ) {}

  @AllowedToAnyone()
  @Query(() => CheckpointObject, { nullable: true, description: 'The newest signed statement of the log' })
  async checkpoint() {
    const checkpoint = await this.tree.latestCheckpoint();
    if (!checkpoint) return null;
    const { size, rootHash, note } = checkpoint;
    const [origin = ''] = note.split('\n');
    return { size, rootHash: rootHash.toString('hex'), note, verifierKey: this.tree.verifierKey(origin) };
  }

  @AllowedToAnyone()
  @Query(() => [String], { description: 'Proof that entry `index` is in the log of `size`: hashes, hex' })
  async inclusionProof(
    @Args('index', { type: () => GraphQLBigInt }) index: bigint,
    @Args('size', { type: () => GraphQLBigInt }) size: bigint,
  ): Promise<string[]> {
    if (index < 0n || index >= size) throw new InvalidInput('index', 'must be below size');
    await this.mustReach(size, 'size');
    return (await this.tree.inclusionProof(index, size)).map((hash) => hash.toString('hex'));
  }

  @AllowedToAnyone()
  @Query(() => [String], {
    description: 'Proof that the log of `size1` is a beginning of that of `size2`: hex',
  })
  async consistencyProof(
    @Args('size1', { type: () => GraphQLBigInt }) size1: bigint,
    @Args('size2', { type: () => GraphQLBigInt }) size2: bigint,
  ): Promise<string[]> {
    if (size1 < 1n || size1 > size2) throw new InvalidInput('size1', 'must be 1 to size2');
    await this.mustReach(size2, 'size2');
    return (await this.tree.consistencyProof(size1, size2)).map((hash) => hash.toString('hex'));
  }

  @AllowedToSignedIn()
  @Query(() => AuditEntryConnection, {
    description: 'The log in order: of your own party, and of all for a regulator',
  })
  async auditEntries(
    @CurrentActor() actor: Actor,
    @Args() { first, after }: PageArgs,
    @Args('subjectId', { type: () => GraphQLUuid, nullable: true, description: 'About this only' })
    subjectId: string | null,
  ) {
    const afterIndex = sortKeyAfter(after, 1)?.[0] ?? '-1';
    if (!/^-?\d{1,18}$/.test(afterIndex)) throw new InvalidInput('after', 'must be a cursor of this list');
    const rows = await this.transactions.run(actor, (tx): Promise<EntryRow[]> =>
      tx.query(
        `SELECT * FROM audit_entry WHERE index > $1 AND ($2::uuid IS NULL OR subject_id = $2)
         ORDER BY index LIMIT $3`,
        [afterIndex, subjectId ?? null, first + 1],
      ),
    );
    const entries = rows.map((row) => ({
      index: BigInt(row.index),
      occurredAt: row.occurred_at,
      action: row.action,
      outcome: row.outcome,
      actorPartyId: row.actor_party_id,
      subjectId: row.subject_id,
      leaf: row.leaf.toString('utf8'),
      leafHash: row.leaf_hash.toString('hex'),
    }));
    return pageOf(entries, first, ({ index }) => [index.toString()]);
  }

  private async mustReach(size: bigint, path: string): Promise<void> {
    const checkpoint = await this.tree.latestCheckpoint();
    if (size > (checkpoint?.size ?? 0n))
      throw new InvalidInput(path, 'must not be beyond the newest checkpoint');
  }
}
