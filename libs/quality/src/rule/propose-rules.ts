import { type ColumnMeaning, ColumnType, NamedFormat, type ValueCount } from '#libs/dataset';

import { type DeclaredRule, type KnownColumn, NO_PARAMETERS } from './define-rule.ts';
import { Comparison, RuleKind, UpdatePeriod } from './rule-kind.ts';

export interface ProfiledColumn extends KnownColumn {
  /** As its provider has it; null: unknown. */
  readonly meaning: ColumnMeaning | null;
  readonly nulls: bigint | null;
  readonly distinctValues: bigint | null;
  /** Of codes, the most frequent first; none of any other column. */
  readonly frequentValues: readonly ValueCount[];
}

export interface Profile {
  readonly rowCount: bigint;
  readonly subjectColumn: string | null;
  readonly columns: readonly ProfiledColumn[];
}

export interface ProposedRule {
  readonly rule: DeclaredRule;
  /** Why, for the person who decides. */
  readonly ground: string;
}

/** Below this many values, that they differ says nothing. */
const TELLING_VALUES = 20n;
/** What is called an identity has a value once if at least so many hundredths differ; ours: it may be one of a code list. */
const NAMED_IDENTITY_PERCENT = 50n;
/** Any other text; ours: what repeats now and then is dirt, and not the nature of the column. */
const IDENTITY_PERCENT = 99n;
const IDENTITY =
  /编号|序号|证号|单号|账号|卡号|户号|流水号|代码|识别码|标识|number|code|(?:^|[_ ])(?:id|no|key)$/i;

/** What people and programs write into a code list where nothing is known. Ours; -9, -99 and so on besides. */
const STANDS_FOR_NOTHING = /^(?:null|n\/?a|nan|#n\/a|[?？]+|缺失|不详|未填写?)$/i;

interface NamedRule {
  readonly name: RegExp;
  readonly types: readonly ColumnType[];
  readonly rule: Omit<DeclaredRule, 'columns'>;
  readonly ground: string;
}

const { TEXT, INTEGER, DECIMAL, DATE } = ColumnType;
/** A code of digits is stored as a number, and as a decimal one where a spreadsheet has written a single 3.70E+05. */
const WRITTEN_WITH_DIGITS = [TEXT, INTEGER, DECIMAL];
const format = (named: NamedFormat) => ({ ...NO_PARAMETERS, kind: RuleKind.FORMAT, format: named });
const range = (minimum: string | null, maximum: string | null) => ({
  ...NO_PARAMETERS,
  kind: RuleKind.RANGE,
  minimum,
  maximum,
});

/** What a column's name and type suggest. Ours: no standard names columns. */
const BY_NAME: readonly NamedRule[] = [
  {
    name: /信用代码|uscc/i,
    types: WRITTEN_WITH_DIGITS,
    rule: format(NamedFormat.USCC),
    ground: 'GB 32100-2015',
  },
  {
    name: /身份证|公民身份|resident_?id/i,
    types: WRITTEN_WITH_DIGITS,
    rule: format(NamedFormat.RESIDENT_ID),
    ground: 'GB 11643-1999',
  },
  {
    name: /手机|移动电话|mobile/i,
    types: WRITTEN_WITH_DIGITS,
    rule: format(NamedFormat.MOBILE_PHONE),
    ground: '11 位移动电话号码',
  },
  {
    name: /邮政编码|邮编|post_?code|zip_?code/i,
    types: WRITTEN_WITH_DIGITS,
    rule: format(NamedFormat.POSTCODE),
    ground: '6 位邮政编码',
  },
  {
    name: /行政区划代码|区划代码/,
    types: WRITTEN_WITH_DIGITS,
    rule: format(NamedFormat.DIVISION_CODE),
    ground: 'GB/T 2260',
  },
  { name: /邮箱|e-?mail/i, types: [TEXT], rule: format(NamedFormat.EMAIL), ground: '电子邮件地址' },
  {
    name: /性别|^sex$|gender/i,
    types: [INTEGER, DECIMAL],
    rule: { ...NO_PARAMETERS, kind: RuleKind.CODE_LIST, codes: ['0', '1', '2', '9'] },
    ground: 'GB/T 2261.1',
  },
  {
    name: /年龄|^age$/i,
    types: [INTEGER, DECIMAL],
    rule: range('0', '150'),
    ground: '年龄不为负，不超过 150',
  },
  {
    name: /占比|比例|百分比|percent/i,
    types: [INTEGER, DECIMAL],
    rule: range('0', '100'),
    ground: '百分比在 0 到 100 之间',
  },
  {
    name: /金额|数量|面积|次数|人数|用量|资本|amount|count|quantity/i,
    types: [INTEGER, DECIMAL],
    rule: range('0', null),
    ground: '数量与金额不为负',
  },
  { name: /./, types: [DATE], rule: range('1900-01-01', null), ground: '日期不早于 1900 年' },
];

/** How values that are said to be these are written, whatever their column is called. */
const FORMAT_OF: Readonly<Partial<Record<ColumnMeaning, NamedFormat>>> = {
  RESIDENT_ID: NamedFormat.RESIDENT_ID,
  USCC: NamedFormat.USCC,
  MOBILE_PHONE: NamedFormat.MOBILE_PHONE,
  REGION_CODE: NamedFormat.DIVISION_CODE,
};

/** The beginning and the end of something, by what their names differ in. */
const PAIRS: readonly (readonly [RegExp, string])[] = [
  [/开始|起始|开工|入院|成立|登记/, '结束|终止|截止|竣工|出院|注销|吊销'],
  [/start|begin|from/i, 'end|finish|until|to'],
];

/**
 * The rules that a profile suggests, for a person to choose from. None of them is read off the values so that it would hold
 * of them by itself: a range from the smallest to the largest value always does, and so does completeness of columns that
 * happen to be filled. Every column is to be filled, and who knows that one may be empty by its nature leaves it out.
 */
export function proposeRules({ rowCount, subjectColumn, columns }: Profile): ProposedRule[] {
  const notNull = columns.map((column) => {
    const missing = standInsOf(column);
    return {
      rule: { ...NO_PARAMETERS, kind: RuleKind.NOT_NULL, columns: [column.name], missing },
      ground: groundOf(column, missing),
    };
  });
  const unique = columns
    .filter((column) => column.name === subjectColumn || isIdentity(column, rowCount))
    .map(({ name, nulls, distinctValues }) => ({
      rule: { ...NO_PARAMETERS, kind: RuleKind.UNIQUE, columns: [name] },
      ground:
        name === subjectColumn
          ? '主体标识列'
          : `疑似标识列：${rowCount - (nulls ?? 0n)} 个值中有 ${distinctValues ?? 0n} 个不同`,
    }));
  const named = columns.flatMap(({ name, type, meaning, isPersonal }) => {
    const format = meaning === null ? undefined : FORMAT_OF[meaning];
    return BY_NAME.filter(
      ({ name: names, types, rule }) =>
        // Of a personal column nothing but formats was counted.
        (!isPersonal || rule.kind === RuleKind.FORMAT) &&
        types.includes(type) &&
        (names.test(name) || (rule.format !== null && rule.format === format)),
    ).map(({ rule, ground }) => ({ rule: { ...rule, columns: [name] }, ground }));
  });
  return [...notNull, ...unique, ...named, ...pairsOf(columns), ...freshnessOf(columns), CALLS];
}

/** Values of a code list that stand for a missing one; null: none was seen. */
function standInsOf({ type, distinctValues, frequentValues }: ProfiledColumn): string[] | null {
  const isNumber = type === INTEGER || type === DECIMAL;
  const values = frequentValues.map(({ value }) => value);
  const found = isNumber
    ? values.filter((value) => /^-9+$/.test(value))
    : values.filter((value) => STANDS_FOR_NOTHING.test(value));
  // Where other values are negative, -9 is one of them.
  const isTelling =
    !isNumber ||
    (BigInt(values.length) === distinctValues &&
      values.every((value) => found.includes(value) || !value.startsWith('-')));
  return found.length > 0 && isTelling ? found.toSorted() : null;
}

function groundOf({ nulls, frequentValues }: ProfiledColumn, missing: readonly string[] | null): string {
  // Of cells: whether one has nothing but spaces in it, which is no value either, only measuring tells.
  const empty = nulls === 0n ? '没有空单元格' : nulls === null ? '每行应有值' : `${nulls} 个空单元格`;
  if (missing === null) return empty;
  const rows = frequentValues.reduce((sum, { value, rows }) => sum + (missing.includes(value) ? rows : 0), 0);
  return `${empty}，另有 ${rows} 行为 ${missing.join('、')}，疑似表示缺失`;
}

/** Found even though some of its values are there twice: else exactly the duplicates would be hidden. */
function isIdentity({ name, type, nulls, distinctValues }: ProfiledColumn, rowCount: bigint): boolean {
  if (nulls === null || distinctValues === null) return false;
  const values = rowCount - nulls;
  if (values < TELLING_VALUES) return false;
  // Of numbers, also amounts and quantities are nearly all different.
  if (IDENTITY.test(name))
    return (type === TEXT || type === INTEGER) && distinctValues * 100n >= values * NAMED_IDENTITY_PERCENT;
  return type === TEXT && distinctValues * 100n >= values * IDENTITY_PERCENT;
}

function pairsOf(columns: readonly ProfiledColumn[]): ProposedRule[] {
  const days = columns.filter(({ type }) => type === DATE);
  return days.flatMap((from) =>
    PAIRS.flatMap(([begins, ends]) => {
      const [word] = begins.exec(from.name) ?? [];
      if (word === undefined) return [];
      const [before = '', after = ''] = from.name.split(word);
      const to = days.find(
        ({ name }) =>
          name !== from.name &&
          name.startsWith(before) &&
          name.endsWith(after) &&
          new RegExp(`^(${ends})$`, 'i').test(name.slice(before.length, name.length - after.length)),
      );
      if (!to) return [];
      const rule = { ...NO_PARAMETERS, kind: RuleKind.CROSS_COLUMN, comparison: Comparison.LE };
      return [{ rule: { ...rule, columns: [from.name, to.name] }, ground: '开始不晚于结束' }];
    }),
  );
}

/** Which period was promised cannot be told from the data: the longest is put in for a person to change. */
function freshnessOf(columns: readonly ProfiledColumn[]): ProposedRule[] {
  const updated = columns.find(
    ({ name, type }) => type === DATE && /更新|统计日|数据日期|updated/i.test(name),
  );
  const rule = { ...NO_PARAMETERS, kind: RuleKind.FRESHNESS, period: UpdatePeriod.YEARLY };
  const ground = '请改为承诺的更新频率';
  return [{ rule: { ...rule, columns: updated ? [updated.name] : [] }, ground }];
}

const CALLS: ProposedRule = {
  rule: { ...NO_PARAMETERS, kind: RuleKind.ANSWERED_CALLS, columns: [] },
  ground: '近 90 日有权调用中得到应答的比例（本平台口径）',
};
