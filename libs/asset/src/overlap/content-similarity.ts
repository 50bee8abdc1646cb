import { compareSketches, containmentOf, distinctOf, jaccardOf, type Sketch } from '#libs/dataset';

import { OVERLAP } from './overlap-weights.ts';
import { bareColumnName } from './schema-similarity.ts';

export interface SketchedContent {
  readonly rows: Sketch;
  readonly columns: readonly { readonly name: string; readonly sketch: Sketch }[];
}

export interface ColumnMatch {
  readonly own: string;
  readonly theirs: string;
  /** Values that both have, of all that either has. */
  readonly score: number;
  /** How much a match of these columns says: little where there are few values. */
  readonly weight: number;
}

export interface ContentSimilarity {
  readonly score: number;
  /** Rows that both have, of all that either has. */
  readonly rowScore: number;
  readonly ownInTheirs: number;
  readonly theirsInOwn: number;
  /** Rows that were found in both; more than a few make a containment believable. */
  readonly sharedRows: number;
  /** Each column once, the best matches first. */
  readonly columns: readonly ColumnMatch[];
}

/**
 * How much two contents have in common, from 0 to 1: equal rows, or, where rows were made unequal by a column more or
 * less, equal values column by column, which alone count for less: other rows may have them too.
 */
export function contentSimilarity(own: SketchedContent, theirs: SketchedContent): ContentSimilarity {
  const rows = compareSketches(own.rows, theirs.rows);
  const rowScore = jaccardOf(rows);
  const columns = matchColumns(own, theirs);
  const total = weightOf(own) + weightOf(theirs);
  const columnScore =
    total === 0 ? 0 : columns.reduce((sum, { score, weight }) => sum + score * weight, 0) / total;
  return {
    score: Math.max(rowScore, OVERLAP.columnsAlone * columnScore),
    rowScore,
    ownInTheirs: containmentOf(rows),
    theirsInOwn: containmentOf({ ...rows, own: rows.theirs }),
    sharedRows: rows.shared,
    columns,
  };
}

/** Pairs up columns by what they hold, best first. Ties are broken the same way from either side. */
function matchColumns(own: SketchedContent, theirs: SketchedContent): ColumnMatch[] {
  const named = ({ columns }: SketchedContent) =>
    columns.map((column) => ({
      ...column,
      bareName: bareColumnName(column.name),
      weight: columnWeight(column.sketch),
    }));
  const others = named(theirs);
  const pairs = named(own).flatMap((a) =>
    others.flatMap((b) => {
      const comparison = compareSketches(a.sketch, b.sketch);
      if (comparison.shared === 0) return [];
      const score = jaccardOf(comparison);
      const weight = a.weight + b.weight;
      const isSameName = a.bareName === b.bareName;
      const names = [a.name, b.name].sort().join('\n');
      return [{ match: { own: a.name, theirs: b.name, score, weight }, isSameName, names }];
    }),
  );
  pairs.sort(
    (a, b) =>
      b.match.score - a.match.score ||
      b.match.weight - a.match.weight ||
      Number(b.isSameName) - Number(a.isSameName) ||
      (a.names < b.names ? -1 : 1),
  );
  const [taken, takenThere] = [new Set<string>(), new Set<string>()];
  const matches: ColumnMatch[] = [];
  for (const { match } of pairs) {
    if (taken.has(match.own) || takenThere.has(match.theirs)) continue;
    taken.add(match.own);
    takenThere.add(match.theirs);
    matches.push(match);
  }
  return matches;
}

/** Bits that a value of the column tells: a column of yes and no is alike in every second file. */
function columnWeight(sketch: Sketch): number {
  return Math.log2(1 + distinctOf(sketch));
}

function weightOf({ columns }: SketchedContent): number {
  return columns
    .map(({ sketch }) => columnWeight(sketch))
    .sort((a, b) => a - b)
    .reduce((sum, weight) => sum + weight, 0);
}
