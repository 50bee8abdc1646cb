import { type ColumnMeaning, ColumnType, NamedFormat } from '#libs/dataset';

import { type DeclaredRule, type KnownColumn, NO_PARAMETERS } from './define-rule.ts';
import { Comparison, RuleKind, UpdatePeriod } from './rule-kind.ts';

export interface ProfiledColumn extends KnownColumn {
  /** As its provider has it; null: unknown. */
  readonly meaning: ColumnMeaning | null;
  readonly nulls: bigint | null;
  readonly distinctValues: bigint | null;
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

/** Below this many rows, that all values differ says nothing. */
const TELLING_ROWS = 20n;
/** A column that is empty in more of its rows than one in this many may be empty by its nature. */
const MOSTLY_FILLED = 20n;

interface NamedRule {
  readonly name: RegExp;
  readonly types: readonly ColumnType[];
  readonly rule: Omit<DeclaredRule, 'columns'>;
  readonly ground: string;
}

const { TEXT, INTEGER, DECIMAL, DATE } = ColumnType;
const format = (named: NamedFormat) => ({ ...NO_PARAMETERS, kind: RuleKind.FORMAT, format: named });
const range = (minimum: string | null, maximum: string | null) => ({
  ...NO_PARAMETERS,
  kind: RuleKind.RANGE,
  minimum,
  maximum,
});

/** What a column's name and type suggest. Ours: no standard names columns. */
const BY_NAME: readonly NamedRule[] = [
  { name: /信用代码|uscc/i, types: [TEXT], rule: format(NamedFormat.USCC), ground: 'GB 32100-2015' },
  {
    name: /身份证|公民身份|resident_?id/i,
    types: [TEXT],
    rule: format(NamedFormat.RESIDENT_ID),
    ground: 'GB 11643-1999',
  },
  {
    name: /手机|移动电话|mobile/i,
    types: [TEXT, INTEGER],
    rule: format(NamedFormat.MOBILE_PHONE),
    ground: '11 位移动电话号码',
  },
  {
    name: /邮政编码|邮编|post_?code|zip_?code/i,
    types: [TEXT, INTEGER],
    rule: format(NamedFormat.POSTCODE),
    ground: '6 位邮政编码',
  },
  {
    name: /行政区划代码|区划代码/,
    types: [TEXT, INTEGER],
    rule: format(NamedFormat.DIVISION_CODE),
    ground: 'GB/T 2260',
  },
  { name: /邮箱|e-?mail/i, types: [TEXT], rule: format(NamedFormat.EMAIL), ground: '电子邮件地址' },
  {
    name: /性别|^sex$|gender/i,
    types: [INTEGER],
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
 * The rules that a profile suggests, for a person to choose from. None of them is read off the values themselves: a
 * range from the smallest to the largest value would always hold.
 */
export function proposeRules({ rowCount, subjectColumn, columns }: Profile): ProposedRule[] {
  const notNull = columns
    .filter(({ nulls }) => (nulls ?? rowCount) * MOSTLY_FILLED <= rowCount)
    .map(({ name, nulls }) => ({
      rule: { ...NO_PARAMETERS, kind: RuleKind.NOT_NULL, columns: [name] },
      ground: nulls === 0n ? '没有空值' : `只有 ${String(nulls)} 行为空`,
    }));
  const unique = columns
    .filter(
      ({ name, type, nulls, distinctValues }) =>
        name === subjectColumn ||
        ((type === TEXT || type === INTEGER) &&
          rowCount >= TELLING_ROWS &&
          nulls !== null &&
          distinctValues === rowCount - nulls &&
          nulls * MOSTLY_FILLED <= rowCount),
    )
    .map(({ name }) => ({
      rule: { ...NO_PARAMETERS, kind: RuleKind.UNIQUE, columns: [name] },
      ground: name === subjectColumn ? '主体标识列' : '所有取值各不相同',
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
