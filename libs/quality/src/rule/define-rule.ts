import { canonicalNumber, ColumnType, isPlain, type NamedFormat } from '#libs/dataset';
import { InvalidInput, type JsonObject, parseLegalDay } from '#libs/foundation';

import { ColumnOfRuleUnknown, QualityRuleNotMeasurable } from '../quality.errors.ts';
import {
  type Charset,
  comparedAs,
  type ComparedAs,
  Comparison,
  type QualityGroup,
  RULE_KINDS,
  type RuleKind,
  type RuleParameter,
  type UpdatePeriod,
} from './rule-kind.ts';

/** A run of characters of one set, or a text as it stands. */
export type PatternPart =
  { readonly literal: string } | { readonly charset: Charset; readonly min: number; readonly max: number };

/** A rule as somebody would have it; what its kind does not take is null. */
export interface DeclaredRule {
  readonly kind: RuleKind;
  /** Null: the first that its kind may count in. */
  readonly group: QualityGroup | null;
  readonly columns: readonly string[];
  readonly missing: readonly string[] | null;
  readonly format: NamedFormat | null;
  readonly pattern: readonly PatternPart[] | null;
  readonly minimum: string | null;
  readonly maximum: string | null;
  readonly codes: readonly string[] | null;
  readonly comparison: Comparison | null;
  readonly referenceDatasetId: string | null;
  readonly referenceColumn: string | null;
  readonly period: UpdatePeriod | null;
}

/** A rule as it is stored and measured. */
export interface RuleDefinition {
  readonly kind: RuleKind;
  readonly group: QualityGroup;
  readonly columns: readonly string[];
  readonly parameters: JsonObject;
}

export interface KnownColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly isPersonal: boolean;
}

export const NO_PARAMETERS = {
  group: null,
  missing: null,
  format: null,
  pattern: null,
  minimum: null,
  maximum: null,
  codes: null,
  comparison: null,
  referenceDatasetId: null,
  referenceColumn: null,
  period: null,
} as const;

const PARAMETERS: readonly RuleParameter[] = [
  ...(['missing', 'format', 'pattern', 'minimum', 'maximum', 'codes', 'comparison'] as const),
  ...(['referenceDatasetId', 'referenceColumn', 'period'] as const),
];
const MAX_PATTERN_CHARACTERS = 200;

/**
 * What a declared rule comes to over the columns of the dataset's newest confirmed version.
 *
 * @throws InvalidInput, ColumnOfRuleUnknown, QualityRuleNotMeasurable, each naming its place below `path`
 */
export function defineRule(rule: DeclaredRule, known: readonly KnownColumn[], path: string): RuleDefinition {
  const { kind } = rule;
  const {
    columns: [least, most],
    takes,
    groups,
  } = RULE_KINDS[kind];
  const group = rule.group ?? groups[0];
  if (!group || !groups.includes(group))
    throw new InvalidInput(`${path}.group`, `must be ${groups.join(' or ')} for ${kind}`);
  if (rule.columns.length < least || rule.columns.length > most)
    throw new InvalidInput(
      `${path}.columns`,
      `must be ${least === most ? least : `${least} to ${most}`} for ${kind}`,
    );
  if (new Set(rule.columns).size !== rule.columns.length)
    throw new InvalidInput(`${path}.columns`, 'must be different ones');
  for (const parameter of PARAMETERS)
    if (rule[parameter] !== null && !takes.includes(parameter))
      throw new InvalidInput(`${path}.${parameter}`, `is not for ${kind}`);
  const columns = rule.columns.map((name, i) => {
    const column = known.find((other) => other.name === name);
    if (!column) throw new ColumnOfRuleUnknown(name, `${path}.columns[${i}]`);
    return column;
  });
  const parameters = PARAMETERS_OF[kind](rule, columns, path);
  return { kind, group, columns: [...rule.columns], parameters };
}

type Parameters = (rule: DeclaredRule, columns: readonly KnownColumn[], path: string) => JsonObject;

const PARAMETERS_OF: Readonly<Record<RuleKind, Parameters>> = {
  NOT_NULL: ({ missing }, columns, path) => {
    if (missing && missing.length > 0) mustNotBePersonal(columns, path);
    return { missing: listed(missing ?? [], columns[0]?.type, `${path}.missing`) };
  },
  FORMAT: ({ format, pattern }, columns, path) => {
    if ((format === null) === (pattern === null))
      throw new InvalidInput(`${path}.format`, 'must be given, or else a pattern');
    // Of a personal column the load counts what is written in each named format.
    if (pattern === null) return { format };
    mustNotBePersonal(columns, path);
    const longest = pattern.reduce(
      (sum, part) => sum + ('literal' in part ? part.literal.length : part.max),
      0,
    );
    if (longest > MAX_PATTERN_CHARACTERS)
      throw new InvalidInput(`${path}.pattern`, `must be of ${MAX_PATTERN_CHARACTERS} characters at most`);
    pattern.forEach((part, i) => {
      if (!('literal' in part) && part.min > part.max)
        throw new InvalidInput(`${path}.pattern[${i}].max`, 'must not be below min');
    });
    return { pattern: pattern.map((part) => ({ ...part })) };
  },
  RANGE: ({ minimum, maximum }, columns, path) => {
    mustNotBePersonal(columns, path);
    mustBeOrdered(columns, path);
    const bounds = [
      ['minimum', minimum],
      ['maximum', maximum],
    ] as const;
    if (minimum === null && maximum === null)
      throw new InvalidInput(`${path}.minimum`, 'must be given, or else a maximum');
    const said = comparedAs(columns[0]?.type as ColumnType);
    // Of a text it is told by the bounds what it should have been.
    const isDay = said === 'DATE' || (said === 'TEXT' && /^\d{4}-/.test(minimum ?? maximum ?? ''));
    for (const [name, bound] of bounds) {
      if (bound === null) continue;
      if (isDay) parseLegalDay(bound, `${path}.${name}`);
      else if (!NUMBER.test(bound)) throw new InvalidInput(`${path}.${name}`, 'must be a decimal number');
    }
    if (minimum !== null && maximum !== null && isAbove(minimum, maximum, isDay))
      throw new InvalidInput(`${path}.maximum`, 'must not be below the minimum');
    if (isDay) return { comparedAs: 'DATE', minimum, maximum };
    return { comparedAs: 'NUMBER', minimum: inOneWriting(minimum), maximum: inOneWriting(maximum) };
  },
  CODE_LIST: ({ codes }, columns, path) => {
    mustNotBePersonal(columns, path);
    if (!codes || codes.length === 0) throw new InvalidInput(`${path}.codes`, 'must be one at least');
    return { codes: listed(codes, columns[0]?.type, `${path}.codes`) };
  },
  UNIQUE: () => ({}),
  CROSS_COLUMN: ({ comparison }, columns, path) => {
    if (comparison === null) throw new InvalidInput(`${path}.comparison`, 'must be given');
    const [left, right] = columns as readonly [KnownColumn, KnownColumn];
    const isEquality = comparison === Comparison.EQ || comparison === Comparison.NE;
    if (left.isPersonal !== right.isPersonal || (left.isPersonal && !isEquality))
      throw new QualityRuleNotMeasurable(`${path}.columns`, 'pseudonyms are only the same or not the same');
    const sides: readonly ComparedAs[] = [comparedAs(left.type), comparedAs(right.type)];
    const [typed] = sides.filter((side) => side !== 'TEXT');
    if (sides.includes('NUMBER') && sides.includes('DATE'))
      throw new QualityRuleNotMeasurable(`${path}.columns`, 'a number and a day are not compared');
    if (typed) mustBeOrdered(columns, path);
    return { comparison, comparedAs: typed ?? 'TEXT' };
  },
  REFERENCE: ({ referenceDatasetId, referenceColumn }, _, path) => {
    if (referenceDatasetId === null) throw new InvalidInput(`${path}.referenceDatasetId`, 'must be given');
    if (referenceColumn === null) throw new InvalidInput(`${path}.referenceColumn`, 'must be given');
    return { datasetId: referenceDatasetId, column: referenceColumn };
  },
  FRESHNESS: ({ period }, columns, path) => {
    mustNotBePersonal(columns, path);
    if (period === null) throw new InvalidInput(`${path}.period`, 'must be given');
    mustBeOrdered(columns, path);
    const [column] = columns;
    if (column && comparedAs(column.type) === 'NUMBER')
      throw new QualityRuleNotMeasurable(`${path}.columns`, 'a number is no day');
    return { period };
  },
  ANSWERED_CALLS: () => ({}),
};

const NUMBER = /^-?\d{1,30}(\.\d{1,20})?$/;

function mustNotBePersonal(columns: readonly KnownColumn[], path: string): void {
  if (columns.some(({ isPersonal }) => isPersonal))
    throw new QualityRuleNotMeasurable(`${path}.columns`, 'of a personal column only pseudonyms are kept');
}

function mustBeOrdered(columns: readonly KnownColumn[], path: string): void {
  if (columns.some(({ type }) => type === ColumnType.BOOLEAN))
    throw new QualityRuleNotMeasurable(`${path}.columns`, 'a truth value is neither a number nor a day');
}

/** What cells of a column are compared with: in a column of numbers numbers, each in one writing, for 1.0 is 1. */
function listed(values: readonly string[], type: ColumnType | undefined, path: string): string[] {
  const isNumber = type !== undefined && comparedAs(type) === 'NUMBER';
  const found = new Set<string>();
  values.forEach((value, i) => {
    if (isNumber && !isPlain(ColumnType.DECIMAL, value))
      throw new InvalidInput(
        `${path}[${i}]`,
        'must be a number, such as -9 or 1.5, as the column has numbers',
      );
    const one = isNumber ? canonicalNumber(value) : value;
    if (found.has(one)) throw new InvalidInput(`${path}[${i}]`, 'must not be there twice');
    found.add(one);
  });
  return [...found];
}

/** 1.0 and 01 are 1. */
function inOneWriting(number: string | null): string | null {
  if (number === null) return null;
  const [, sign = '', whole = '', fraction = ''] = /^(-?)0*(\d+)(?:\.(\d*?)0*)?$/.exec(number) ?? [];
  const text = fraction === '' ? whole : `${whole}.${fraction}`;
  return text === '0' ? text : sign + text;
}

function isAbove(a: string, b: string, isDay: boolean): boolean {
  if (isDay) return a > b;
  // Scaled to whole numbers: as floats they would lose digits.
  const scaled = (text: string) => {
    const [whole = '', fraction = ''] = text.split('.');
    return BigInt(`${whole}${fraction.padEnd(20, '0')}`);
  };
  return scaled(a) > scaled(b);
}
