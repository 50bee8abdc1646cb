import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { ColumnMeaning, ColumnType } from '#libs/dataset';
import type { JsonObject } from '#libs/foundation';

import { ClassificationLevel, EFFECT_OF, highestOf, rankOf } from './classification/classification-level.ts';
import { LEVEL_RULES, proposeClassification } from './classification/propose-classification.ts';
import { groupsOf, rateOf, scoresOf } from './report/quality-scores.ts';
import { reckonedScores, reportDocument } from './report/report-document.ts';
import { defineRule } from './rule/define-rule.ts';
import { type ProfiledColumn, proposeRules } from './rule/propose-rules.ts';
import { QualityGroup, RULE_KINDS, RuleKind } from './rule/rule-kind.ts';

const rate = fc
  .tuple(
    fc.constantFrom(...Object.values(QualityGroup)),
    fc.bigInt({ min: 0n, max: 10n ** 9n }),
    fc.bigInt({ min: 0n, max: 10n ** 9n }),
  )
  .map(([group, a, b]) => ({ group, conforming: a < b ? a : b, considered: a < b ? b : a }));

describe('rates and scores', () => {
  it('are one only if everything conforms', () => {
    expect(rateOf({ conforming: 9_999_999n, considered: 10_000_000n })).toBe('0.999999');
    expect(rateOf({ conforming: 10n ** 18n, considered: 10n ** 18n })).toBe('1.000000');
    expect(rateOf({ conforming: 0n, considered: 0n })).toBeNull();
    fc.assert(
      fc.property(fc.array(rate, { minLength: 1, maxLength: 100 }), (rates) => {
        const { score } = scoresOf(rates);
        const measured = rates.filter(({ considered }) => considered > 0n);
        const isWhole = measured.every(({ conforming, considered }) => conforming === considered);
        expect(score === '1.000000').toBe(measured.length > 0 && isWhole);
      }),
    );
  });

  it('are the means of rules and then of groups, exactly, and do not depend on the order', () => {
    const { NORMATIVITY, ACCURACY } = QualityGroup;
    const third = { group: NORMATIVITY, conforming: 1n, considered: 3n };
    const rates = [
      third,
      third,
      { ...third, conforming: 2n },
      { group: ACCURACY, conforming: 1n, considered: 1n },
    ];
    // (1/3 + 1/3 + 2/3) / 3 = 4/9; (4/9 + 1) / 2 = 13/18.
    const none = { COMPLETENESS: 0, CONSISTENCY: 0, TIMELINESS: 0, ACCESSIBILITY: 0 };
    const expected = {
      groupScores: { NORMATIVITY: '0.444444', ACCURACY: '1.000000' },
      score: '0.722222',
      measuredRules: { NORMATIVITY: 3, ACCURACY: 1, ...none },
    };
    expect(scoresOf(rates)).toEqual(expected);
    expect(scoresOf(rates.toReversed())).toEqual(expected);
    // Two thirds and a third are a half, not a hair less.
    expect(scoresOf([third, { ...third, conforming: 2n }]).score).toBe('0.500000');
    fc.assert(
      fc.property(fc.array(rate, { maxLength: 30 }), fc.nat(), (all, at) => {
        const turned = [...all.slice(at % (all.length + 1)), ...all.slice(0, at % (all.length + 1))];
        expect(scoresOf(turned)).toEqual(scoresOf(all));
      }),
    );
  });

  it('of a report are found wrong when any count, rate or score is changed', () => {
    const result = { kind: RuleKind.NOT_NULL, columns: ['值'], parameters: { missing: [] } };
    const other = { fault: null, referenceVersionId: null, newestOn: null, isCountedAtLoad: false };
    const counts = { group: QualityGroup.COMPLETENESS, conforming: 2n, considered: 3n };
    const text = reportDocument({
      ...{ id: 'r', exchange: 'x', dataset: { id: 'd', name: '数' }, measuredAt: new Date(0) },
      version: { id: 'v', number: 1, rowCount: 3n, fileSha256: '00' },
      results: [{ ruleId: 'q', ...result, ...other, ...counts }],
      ...scoresOf([counts]),
    });
    const isRight = (from: string, to: string) => {
      expect(text).toContain(from);
      return reckonedScores(JSON.parse(text.replace(from, to)) as JsonObject) !== null;
    };
    expect(isRight('"a":"2"', '"a":"2"')).toBe(true);
    for (const [from, to] of [
      ['"a":"2"', '"a":"3"'],
      ['"b":"3"', '"b":"4"'],
      ['"x":"0.666666"', '"x":"0.7"'],
      ['"score":"0.666666"', '"score":"0.9"'],
      ['"COMPLETENESS":"0.666666"', '"COMPLETENESS":"1.000000"'],
      ['"group":"COMPLETENESS"', '"group":"ACCURACY"'],
      ['"rules":[', '"rulez":['],
      ['"COMPLETENESS":1', '"COMPLETENESS":9'],
      ['"TIMELINESS":0', '"TIMELINESS":1'],
    ] as const)
      expect(isRight(from, to)).toBe(false);
    // As reports were signed before they said on how many rules a score rests.
    const old = /,"measuredRules":\{[^}]*\}/.exec(text)?.[0] ?? '-';
    expect(isRight(old, '')).toBe(true);
  });
});

describe('the groups of a score', () => {
  it('are all six, with the number of rules that had something to measure', () => {
    const { NORMATIVITY, TIMELINESS } = QualityGroup;
    const counts = { conforming: 1n, considered: 2n };
    const groups = groupsOf(
      scoresOf([
        { group: NORMATIVITY, ...counts },
        { group: NORMATIVITY, ...counts },
        { group: NORMATIVITY, conforming: 0n, considered: 0n },
        { group: TIMELINESS, conforming: 0n, considered: 0n },
      ]),
    );
    expect(groups.map(({ name, rules, score }) => `${name} ${rules} ${score ?? '-'}`)).toEqual([
      ...['规范性 2 0.500000', '完整性 0 -', '准确性 0 -', '一致性 0 -', '时效性 0 -', '可访问性 0 -'],
    ]);
  });
});

describe('a proposed rule', () => {
  const column = fc.record({
    name: fc.oneof(
      fc.string({ minLength: 1, maxLength: 20 }),
      fc.constantFrom(
        '性别',
        '年龄',
        '金额',
        '手机',
        'sex',
        '开始日期',
        '结束日期',
        '更新日期',
        '统一社会信用代码',
        'start date',
        'end date',
      ),
    ),
    type: fc.constantFrom(...Object.values(ColumnType)),
    isPersonal: fc.boolean(),
    meaning: fc.option(fc.constantFrom(...Object.values(ColumnMeaning))),
    nulls: fc.bigInt({ min: 0n, max: 50n }),
    distinctValues: fc.bigInt({ min: 0n, max: 50n }),
    frequentValues: fc.uniqueArray(
      fc.record({ value: fc.oneof(fc.string(), fc.constantFrom('-9', 'NULL', '0')), rows: fc.nat() }),
      { selector: ({ value }) => value },
    ),
  });

  it('can be declared over the columns it was proposed from, whatever they are', () => {
    fc.assert(
      fc.property(fc.uniqueArray(column, { selector: ({ name }) => name, minLength: 1 }), (all) => {
        const columns = all.map((one) => ({
          ...one,
          ...(one.isPersonal && { type: ColumnType.TEXT, frequentValues: [] }),
        }));
        const proposed = proposeRules({ rowCount: 50n, subjectColumn: columns[0]?.name ?? null, columns });
        for (const { rule, ground } of proposed) {
          expect(ground).not.toBe('');
          const defined = defineRule(rule, columns, 'rules[0]');
          expect(RULE_KINDS[defined.kind].groups[0]).toBe(defined.group);
        }
        const said = proposed.map(({ rule }) => JSON.stringify(rule));
        expect(new Set(said).size).toBe(said.length);
        const filled = proposed.filter(({ rule }) => rule.kind === RuleKind.NOT_NULL);
        expect(filled.flatMap(({ rule }) => rule.columns)).toEqual(columns.map(({ name }) => name));
      }),
    );
  });

  const { TEXT, INTEGER, DECIMAL } = ColumnType;
  const of = (name: string, type: ColumnType, more: Partial<ProfiledColumn> = {}): ProfiledColumn => ({
    ...{ name, type, isPersonal: false, meaning: null, nulls: 0n, distinctValues: 3n, frequentValues: [] },
    ...more,
  });
  const proposedOf = (kind: RuleKind, ...columns: ProfiledColumn[]) =>
    proposeRules({ rowCount: 1000n, subjectColumn: null, columns }).filter(({ rule }) => rule.kind === kind);

  it('asks every column to be filled, however empty it is, and says how many rows are not', () => {
    const filled = proposedOf(
      RuleKind.NOT_NULL,
      ...[0n, 12n, 600n, 1000n].map((nulls) => of(`列${nulls}`, TEXT, { nulls })),
    );
    expect(filled.map(({ rule, ground }) => [rule.columns[0], ground])).toEqual([
      ...[
        ['列0', '没有空单元格'],
        ['列12', '12 个空单元格'],
        ['列600', '600 个空单元格'],
        ['列1000', '1000 个空单元格'],
      ],
    ]);
  });

  it('takes for missing what stands for nothing in a code list, and no number where others are negative', () => {
    const listed = (type: ColumnType, ...values: string[]) => {
      const frequentValues = values.map((value, i) => ({ value, rows: i + 1 }));
      const [proposed] = proposedOf(
        RuleKind.NOT_NULL,
        of('列', type, { distinctValues: BigInt(values.length), frequentValues }),
      );
      return [proposed?.rule.missing, proposed?.ground];
    };
    const seen = (rows: number, missing: string) =>
      `没有空单元格，另有 ${rows} 行为 ${missing}，疑似表示缺失`;
    expect(listed(INTEGER, '0', '1', '-9')).toEqual([['-9'], seen(3, '-9')]);
    expect(listed(DECIMAL, '-999', '0.5', '-99')).toEqual([['-99', '-999'], seen(4, '-99、-999')]);
    expect(listed(INTEGER, '-2', '0', '-9')).toEqual([null, '没有空单元格']);
    expect(listed(TEXT, 'N/A', '甲', '-9', 'null')).toEqual([['N/A', 'null'], seen(5, 'N/A、null')]);
    expect(listed(TEXT, '无', '未知', '-')).toEqual([null, '没有空单元格']);
  });

  it('asks for a value once of what is nearly an identity: duplicates are found and not hidden', () => {
    const once = (name: string, type: ColumnType, distinctValues: bigint, nulls = 0n) =>
      proposedOf(RuleKind.UNIQUE, of(name, type, { distinctValues, nulls })).length === 1;
    expect(once('合同编号', TEXT, 1000n)).toBe(true);
    expect(once('合同编号', TEXT, 500n)).toBe(true);
    expect(once('合同编号', TEXT, 499n)).toBe(false);
    expect(once('ID', INTEGER, 997n)).toBe(true);
    expect(once('行业代码', TEXT, 20n)).toBe(false);
    expect(once('说明', TEXT, 990n)).toBe(true);
    expect(once('说明', TEXT, 989n)).toBe(false);
    // Of the values that are there.
    expect(once('说明', TEXT, 99n, 900n)).toBe(true);
    expect(once('编号', TEXT, 19n, 981n)).toBe(false);
    // Nearly all amounts differ, too.
    expect(once('缴存额', INTEGER, 1000n)).toBe(false);
    expect(once('身高编号', DECIMAL, 1000n)).toBe(false);
  });

  it('asks of a code how it is written, also where one exponent has made a number of its column', () => {
    for (const type of [TEXT, INTEGER, DECIMAL])
      for (const name of ['手机', '邮编', '行政区划代码', '信用代码', '身份证号'])
        expect(proposedOf(RuleKind.FORMAT, of(name, type))).toHaveLength(1);
  });
});

describe('a level', () => {
  const name = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.constantFrom('身份证号', '姓名', '军事区域', '诊断', '纳税额', '电话'),
  );
  const column = fc.record({
    name,
    type: fc.constantFrom(...Object.values(ColumnType)),
    isPersonal: fc.boolean(),
  });

  it('of the whole is the highest of the columns, and one more column never lowers it', () => {
    fc.assert(
      fc.property(fc.array(column), column, (columns, more) => {
        const { level, columns: proposed } = proposeClassification(columns);
        expect(level).toBe(highestOf(proposed.map((one) => one.level)));
        expect(rankOf(proposeClassification([...columns, more]).level)).toBeGreaterThanOrEqual(rankOf(level));
      }),
    );
  });

  it.each([
    ['身份证号', 'GENERAL_4'],
    ['联系电话', 'GENERAL_4'],
    ['家庭住址', 'GENERAL_4'],
    ['姓名', 'GENERAL_3'],
    ['出生日期', 'GENERAL_3'],
    ['性别', 'GENERAL_3'],
    ['民族', 'GENERAL_3'],
    ['诊断', 'GENERAL_4'],
    ['上年纳税额', 'GENERAL_2'],
    ['泊位', 'GENERAL_1'],
    ['国防用地', 'CORE'],
    ['管网坐标', 'IMPORTANT'],
  ])('of a column called %s is proposed as %s', (of, level) => {
    expect(proposeClassification([{ name: of, type: ColumnType.TEXT, isPersonal: false }]).level).toBe(level);
  });

  it('that is higher never allows what a lower one forbids, and its rules are grounded', () => {
    const offers = (['FIELD_QUERY', 'CONCLUSION'] as const).flatMap((kind) =>
      [true, false].map((demandsConsent) => ({ kind, demandsConsent })),
    );
    const levels = Object.values(ClassificationLevel);
    for (const [i, level] of levels.entries())
      for (const lower of levels.slice(0, i))
        for (const offer of offers)
          if (EFFECT_OF[level].allows(offer)) expect(EFFECT_OF[lower].allows(offer)).toBe(true);
    for (const { ground } of LEVEL_RULES) expect(ground).not.toBe('');
  });
});
