import type { ContentSimilarity } from './content-similarity.ts';

/** How likenesses are weighed. No rule says how: all of it is this project's own configuration. */
export const OVERLAP = {
  /** Equal values column by column, where the rows are not equal, against equal rows. */
  columnsAlone: 0.5,
  /** One content that lies wholly in the other, against two that are the same. */
  contained: 0.9,
  /** So many rows have to be found in both before one counts as contained in the other. */
  containedFromRows: 16,
  /** Equal columns and an equal name, together, against equal content. */
  description: 0.5,
  schema: 0.6,
  name: 0.4,
  /** What an officer is shown. */
  shownFrom: 0.4,
  /** What an officer has to give a reason for. */
  explainedFrom: 0.8,
} as const;

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
