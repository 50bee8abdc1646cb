import { setImmediate } from 'node:timers/promises';

import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';

import type { AuditActor } from '#libs/audit';
import { type SecurityContext, type Transaction, TransactionRunner } from '#libs/database';
import { DatasetService } from '#libs/dataset';
import { Clock, invariant } from '#libs/foundation';

import { OverlapNotExplained } from '../asset.errors.ts';
import { type ContentSimilarity, contentSimilarity, type SketchedContent } from './content-similarity.ts';
import { nameSimilarity } from './name-similarity.ts';
import { type Compared, type OverlapEvidence, overlapEvidence } from './overlap-evidence.ts';
import { OverlapExplanation } from './overlap-explanation.entity.ts';
import { overlapScore, rounded } from './overlap-score.ts';
import { OVERLAP } from './overlap-weights.ts';
import { type SchemaColumn, schemaSimilarity } from './schema-similarity.ts';

/** What an application may be a duplicate of. */
export interface LikelyOverlap {
  readonly assetId: string;
  readonly providerId: string;
  /** What it is, or would be, registered as. */
  readonly name: string;
  /** The application under way at the same registry, or the one that was registered last. */
  readonly registrationId: string | null;
  readonly score: number;
  readonly nameScore: number;
  readonly schemaScore: number;
  /** Null: one of the two was never sketched. */
  readonly contentScore: number | null;
  /** How much of the smaller content lies in the other. */
  readonly containment: number | null;
  readonly evidence: readonly OverlapEvidence[];
}

/** What an application has to tell to be compared; of either track. */
export interface Accepted {
  readonly id: string;
  readonly registryId: string;
  readonly type: string;
}

interface Candidate {
  readonly registrationId: string;
  readonly isOwn: boolean;
  readonly assetId: string;
  readonly providerId: string;
  readonly datasetVersionId: string;
  readonly name: string;
  readonly otherRegistrationId: string | null;
}

interface Comparable extends Compared {
  readonly content: SketchedContent | null;
}

/** The types that bring data into a register: 首次登记, and 初始登记 of track B. Others are about what was compared then. */
const BRINGS_DATA: ReadonlySet<string> = new Set(['FIRST', 'INITIAL']);

/**
 * Compares applications of either track with what is registered, and with what else is under way at their registry: by
 * name, by columns, and by content sketch. Who may see it is decided in SQL: officer and reviewer of the registry that
 * decides, and the regulator; the other party's data are not the applicant's business.
 */
@Injectable()
export class OverlapService {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly datasets: DatasetService,
    private readonly clock: Clock,
  ) {}

  /**
   * The likely overlaps of each of these applications, the likeliest first; null for one that `context` may not see
   * them of. The number of SQL statements does not depend on how many there are.
   */
  likelyOf(
    context: SecurityContext,
    registrationIds: readonly string[],
  ): Promise<(readonly LikelyOverlap[] | null)[]> {
    return this.transactions.run(context, (tx) => this.likelyIn(tx, registrationIds));
  }

  /**
   * Refuses to let an application be accepted that overlaps strongly, unless a reason is given, which it keeps for who
   * checks. Ours: no rule asks for it.
   *
   * @throws OverlapNotExplained
   */
  async mustBeExplained(
    tx: Transaction,
    actor: AuditActor,
    { id, registryId, type }: Accepted,
    reason: string | null,
  ): Promise<void> {
    if (!BRINGS_DATA.has(type)) return;
    const [likely] = await this.likelyIn(tx, [id]);
    invariant(likely, 'Who accepts an application sees its overlaps');
    const strong = likely.filter(({ score }) => score >= OVERLAP.explainedFrom);
    if (strong.length === 0) return;
    if (reason === null) throw new OverlapNotExplained(strong);
    const overlapping = strong.map(({ assetId, score }) => ({ assetId, score }));
    const explained = { explainedBy: actor.id, explainedAt: this.clock.now() };
    await tx.insert(OverlapExplanation, {
      registrationId: id,
      registryId,
      overlapping,
      reason,
      ...explained,
    });
  }

  explanationsOf(
    context: SecurityContext,
    registrationIds: readonly string[],
  ): Promise<OverlapExplanation[]> {
    return this.transactions.run(context, (tx) =>
      tx.find(OverlapExplanation, {
        where: { registrationId: In(registrationIds) },
        order: { explainedAt: 'ASC' },
      }),
    );
  }

  private async likelyIn(
    tx: Transaction,
    registrationIds: readonly string[],
  ): Promise<(readonly LikelyOverlap[] | null)[]> {
    const candidates: Candidate[] = await tx.query(
      `SELECT registration_id AS "registrationId", is_own AS "isOwn", asset_id AS "assetId", provider_id AS "providerId",
              dataset_version_id AS "datasetVersionId", name, other_registration_id AS "otherRegistrationId"
       FROM overlap_candidates($1)`,
      [registrationIds],
    );
    const comparableOf = await this.comparables(tx, candidates);
    const likely: (readonly LikelyOverlap[] | null)[] = [];
    for (const id of registrationIds) {
      const own = candidates.find(({ registrationId, isOwn }) => registrationId === id && isOwn);
      if (!own) {
        likely.push(null);
        continue;
      }
      const mine = comparableOf(own);
      const compared: LikelyOverlap[] = [];
      for (const other of candidates) {
        if (other.registrationId !== id || other.isOwn) continue;
        compared.push(compare(mine, other, comparableOf(other)));
        // Wide datasets take a while to compare; others are answered in between.
        await setImmediate();
      }
      likely.push(
        compared
          .filter(({ score }) => score >= OVERLAP.shownFrom)
          .sort((a, b) => b.score - a.score || (a.assetId < b.assetId ? -1 : 1)),
      );
    }
    return likely;
  }

  /** Reads what all of them are compared by, at once. */
  private async comparables(
    tx: Transaction,
    candidates: readonly Candidate[],
  ): Promise<(candidate: Candidate) => Comparable> {
    const versionIds = [...new Set(candidates.map(({ datasetVersionId }) => datasetVersionId))];
    const columns = new Map<string, (SchemaColumn & { readonly position: number })[]>(
      versionIds.map((id) => [id, []]),
    );
    for (const column of await this.datasets.columnsOfAllIn(tx, versionIds))
      columns.get(column.datasetVersionId)?.push(column);
    const sketches = new Map(
      (await this.datasets.sketchesIn(tx, versionIds)).map((sketch) => [sketch.datasetVersionId, sketch]),
    );
    return ({ datasetVersionId, name }) => {
      const own = columns.get(datasetVersionId) ?? [];
      const sketch = sketches.get(datasetVersionId);
      const nameAt = new Map(own.map((column) => [column.position, column.name]));
      const content = sketch && {
        rows: sketch.rows,
        columns: sketch.columns.map((column) => ({
          name: nameAt.get(column.position) ?? '',
          sketch: column.sketch,
        })),
      };
      return { name, columns: own, rows: sketch?.rows ?? null, content: content ?? null };
    };
  }
}

function compare(own: Comparable, other: Candidate, theirs: Comparable): LikelyOverlap {
  const nameScore = nameSimilarity(own.name, theirs.name);
  const schemaScore = schemaSimilarity(own.columns, theirs.columns);
  const content: ContentSimilarity | null =
    own.content && theirs.content && contentSimilarity(own.content, theirs.content);
  return {
    assetId: other.assetId,
    providerId: other.providerId,
    name: other.name,
    registrationId: other.otherRegistrationId,
    score: overlapScore({ nameScore, schemaScore, content }),
    nameScore: rounded(nameScore),
    schemaScore: rounded(schemaScore),
    contentScore: content && rounded(content.score),
    containment: content && rounded(Math.max(content.ownInTheirs, content.theirsInOwn)),
    evidence: overlapEvidence(own, theirs, nameScore, content),
  };
}
