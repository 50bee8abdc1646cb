import { ColumnType } from '#libs/dataset';

/** The six groups of GB/T 36344-2018. */
export enum QualityGroup {
  NORMATIVITY = 'NORMATIVITY',
  COMPLETENESS = 'COMPLETENESS',
  ACCURACY = 'ACCURACY',
  CONSISTENCY = 'CONSISTENCY',
  TIMELINESS = 'TIMELINESS',
  ACCESSIBILITY = 'ACCESSIBILITY',
}

export const GROUP_NAMES: Readonly<Record<QualityGroup, string>> = {
  NORMATIVITY: '规范性',
  COMPLETENESS: '完整性',
  ACCURACY: '准确性',
  CONSISTENCY: '一致性',
  TIMELINESS: '时效性',
  ACCESSIBILITY: '可访问性',
};

/** What can be asked of data; there is no other way to say a rule. */
export enum RuleKind {
  NOT_NULL = 'NOT_NULL',
  FORMAT = 'FORMAT',
  RANGE = 'RANGE',
  CODE_LIST = 'CODE_LIST',
  UNIQUE = 'UNIQUE',
  CROSS_COLUMN = 'CROSS_COLUMN',
  REFERENCE = 'REFERENCE',
  FRESHNESS = 'FRESHNESS',
  ANSWERED_CALLS = 'ANSWERED_CALLS',
}

export enum Charset {
  DIGIT = 'DIGIT',
  UPPER = 'UPPER',
  LOWER = 'LOWER',
  LETTER = 'LETTER',
  ALPHANUMERIC = 'ALPHANUMERIC',
  HEX = 'HEX',
  HAN = 'HAN',
  ANY = 'ANY',
}

export enum Comparison {
  EQ = 'EQ',
  NE = 'NE',
  LT = 'LT',
  LE = 'LE',
  GT = 'GT',
  GE = 'GE',
}

/** A promised update frequency that has a period: 按天, 按周, 按月, 按年. */
export enum UpdatePeriod {
  DAILY = 'DAILY',
  WEEKLY = 'WEEKLY',
  MONTHLY = 'MONTHLY',
  YEARLY = 'YEARLY',
}

/** What a rule may say besides its columns. */
export type RuleParameter =
  | 'missing'
  | 'format'
  | 'pattern'
  | 'minimum'
  | 'maximum'
  | 'codes'
  | 'comparison'
  | 'referenceDatasetId'
  | 'referenceColumn'
  | 'period';

interface KindRow {
  /** How many columns it is about, at least and at most. */
  readonly columns: readonly [number, number];
  readonly takes: readonly RuleParameter[];
  /** Where its rate may count; the first is proposed. Which kinds fit which group is ours: the standard's items were not seen. */
  readonly groups: readonly QualityGroup[];
}

const { NORMATIVITY, COMPLETENESS, ACCURACY, CONSISTENCY, TIMELINESS, ACCESSIBILITY } = QualityGroup;

/** The kinds in one table: what is not in a row is refused. */
export const RULE_KINDS: Readonly<Record<RuleKind, KindRow>> = {
  NOT_NULL: { columns: [1, 1], takes: ['missing'], groups: [COMPLETENESS] },
  FORMAT: { columns: [1, 1], takes: ['format', 'pattern'], groups: [NORMATIVITY, ACCURACY] },
  RANGE: { columns: [1, 1], takes: ['minimum', 'maximum'], groups: [ACCURACY, NORMATIVITY] },
  CODE_LIST: { columns: [1, 1], takes: ['codes'], groups: [NORMATIVITY, ACCURACY] },
  UNIQUE: { columns: [1, 50], takes: [], groups: [ACCURACY, CONSISTENCY] },
  CROSS_COLUMN: { columns: [2, 2], takes: ['comparison'], groups: [CONSISTENCY, ACCURACY] },
  REFERENCE: {
    columns: [1, 1],
    takes: ['referenceDatasetId', 'referenceColumn'],
    groups: [CONSISTENCY],
  },
  FRESHNESS: { columns: [0, 1], takes: ['period'], groups: [TIMELINESS] },
  ANSWERED_CALLS: { columns: [0, 0], takes: [], groups: [ACCESSIBILITY] },
};

/** Of one dataset, without those that are retired: a measurement has an end. */
export const MAX_RULES = 500;

/** What values of a column are compared as: a text that looks like a number or a day is one. */
export type ComparedAs = 'NUMBER' | 'DATE' | 'TEXT';

export function comparedAs(type: ColumnType): ComparedAs {
  if (type === ColumnType.INTEGER || type === ColumnType.DECIMAL) return 'NUMBER';
  return type === ColumnType.DATE ? 'DATE' : 'TEXT';
}
