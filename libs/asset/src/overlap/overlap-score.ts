import type { ContentSimilarity } from './content-similarity.ts';
import { OVERLAP } from './overlap-weights.ts';

export interface Likeness {
  readonly nameScore: number;
  readonly schemaScore: number;
  /** Null: one of the two was never sketched. */
  readonly content: Pick<ContentSimilarity, 'score' | 'ownInTheirs' | 'theirsInOwn' | 'sharedRows'> | null;
}

/**
 * How likely two datasets are the same, from 0 to 1. The same content is 1, whatever it is called; what it is called
 * adds to it, and reaches the half of it alone: next year's edition has the same name and columns.
 */
export function overlapScore({ nameScore, schemaScore, content }: Likeness): number {
  const description = OVERLAP.description * (OVERLAP.schema * schemaScore + OVERLAP.name * nameScore);
  const contained =
    content && content.sharedRows >= OVERLAP.containedFromRows
      ? OVERLAP.contained * Math.max(content.ownInTheirs, content.theirsInOwn)
      : 0;
  const data = Math.max(content?.score ?? 0, contained);
  return rounded(1 - (1 - data) * (1 - description));
}

/** To four decimals: more would only tell in which order things were added. */
export function rounded(score: number): number {
  return Math.round(score * 10_000) / 10_000;
}
