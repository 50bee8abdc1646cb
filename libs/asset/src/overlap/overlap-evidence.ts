import { distinctOf, SKETCH_SIZE, type Sketch } from '#libs/dataset';

import type { ContentSimilarity } from './content-similarity.ts';
import { rounded } from './overlap-score.ts';
import { bareColumnName, type SchemaColumn } from './schema-similarity.ts';

/** What a piece of evidence is about. */
export enum OverlapEvidenceKind {
  NAME = 'NAME',
  COLUMN = 'COLUMN',
  ROWS = 'ROWS',
}

export interface OverlapEvidence {
  readonly kind: OverlapEvidenceKind;
  readonly text: string;
  readonly own: string;
  readonly theirs: string;
  readonly score: number;
}

export interface Compared {
  readonly name: string;
  readonly columns: readonly SchemaColumn[];
  /** Null: never sketched. */
  readonly rows: Sketch | null;
}

const NAMED_FROM = 0.5;
const MATCHED_FROM = 0.5;
const COLUMNS_NAMED = 10;
const percent = (share: number) => `${Math.round(share * 100)}%`;

/** What speaks for an overlap, in words for the officer: the rows, the columns that tell most, the names. */
export function overlapEvidence(
  own: Compared,
  theirs: Compared,
  nameScore: number,
  content: ContentSimilarity | null,
): OverlapEvidence[] {
  return [
    ...rowEvidence(own, theirs, content),
    ...columnEvidence(own, theirs, content),
    ...(nameScore >= NAMED_FROM
      ? [
          {
            kind: OverlapEvidenceKind.NAME,
            text: `名称相似度 ${percent(nameScore)}`,
            own: own.name,
            theirs: theirs.name,
            score: rounded(nameScore),
          },
        ]
      : []),
  ];
}

function rowEvidence(own: Compared, theirs: Compared, content: ContentSimilarity | null): OverlapEvidence[] {
  if (!content || content.sharedRows === 0 || !own.rows || !theirs.rows) return [];
  const { rowScore, ownInTheirs, theirsInOwn } = content;
  return [
    {
      kind: OverlapEvidenceKind.ROWS,
      text: `约 ${percent(ownInTheirs)} 的本申请数据行见于对方，约 ${percent(theirsInOwn)} 的对方数据行见于本申请（不计行序、列序）`,
      own: rowsIn(own.rows),
      theirs: rowsIn(theirs.rows),
      score: rounded(rowScore),
    },
  ];
}

function rowsIn(rows: Sketch): string {
  return `${rows.length < SKETCH_SIZE ? '' : '约 '}${distinctOf(rows)} 个不同的数据行`;
}

function columnEvidence(
  own: Compared,
  theirs: Compared,
  content: ContentSimilarity | null,
): OverlapEvidence[] {
  const typesOf = ({ columns }: Compared) => new Map(columns.map(({ name, type }) => [name, type]));
  const [ownTypes, theirTypes] = [typesOf(own), typesOf(theirs)];
  const matched = (content?.columns ?? [])
    .filter(({ score }) => score >= MATCHED_FROM)
    .toSorted((a, b) => b.score * b.weight - a.score * a.weight);
  const isMatched = new Set(matched.map((match) => match.own));
  const named = new Map(theirs.columns.map(({ name }) => [bareColumnName(name), name]));
  const alike = own.columns.flatMap(({ name }) => {
    const other = named.get(bareColumnName(name));
    return other === undefined || isMatched.has(name) ? [] : [{ own: name, theirs: other, score: null }];
  });
  return [...matched, ...alike].slice(0, COLUMNS_NAMED).map((pair) => {
    const isSameType = ownTypes.get(pair.own) === theirTypes.get(pair.theirs);
    const names = bareColumnName(pair.own) === bareColumnName(pair.theirs) ? '列名相同' : '列名不同';
    const said = `${names}，类型${isSameType ? '相同' : '不同'}`;
    const values = content ? '取值少有相同' : '一方没有内容摘要，未比对取值';
    const text = `${said}，${pair.score === null ? values : `约 ${percent(pair.score)} 的取值相同`}`;
    const score = pair.score ?? (isSameType ? 1 : 0.5);
    const { COLUMN } = OverlapEvidenceKind;
    return { kind: COLUMN, text, own: pair.own, theirs: pair.theirs, score: rounded(score) };
  });
}
