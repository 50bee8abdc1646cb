import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { graphql } from 'graphql';

import { isOfFormat, NamedFormat } from '#libs/dataset';
import { addDays, Clock, legalDayOf } from '#libs/foundation';
import { KeyRing } from '#libs/keys';

import { datasetProfile, profileTable } from '../../apps/pdx/src/dataset-profile.ts';
import { ExchangeClient } from '../../apps/pdx/src/exchange-client.ts';
import { citizenNumber, usccOf } from '../../apps/pdx/src/sample/identifiers.ts';
import { SeededRandom } from '../../apps/pdx/src/sample/random.ts';
import { SAMPLE_PASSWORD } from '../../apps/pdx/src/sample/sample-parties.ts';
import { countStatements } from '../support/count-statements.ts';
import { csvOf, givenTable } from '../support/given-table.ts';
import { realDataFiles } from '../support/real-data.ts';
import { refusalOf, startExchange, type TestExchange } from '../support/start-exchange.ts';

interface Report {
  readonly id: string;
  readonly score: string | null;
  readonly signed: string;
  readonly groups: { readonly group: string; readonly score: string; readonly rules: number }[];
  readonly notMeasured: string[];
  readonly results: {
    readonly rule: { readonly id: string; readonly kind: string; readonly columns: string[] };
    readonly conforming: string;
    readonly considered: string;
    readonly fault: string | null;
    readonly newestOn: string | null;
    readonly isCountedAtLoad: boolean;
  }[];
}
interface ShownProduct {
  readonly id: string;
  readonly name: string;
  readonly latestQualityReport: Report | null;
}

const FIELDS = `id score signed groups { group score rules } notMeasured
  results { rule { id kind columns } conforming considered fault newestOn isCountedAtLoad }`;
const RULE =
  'kind group columns missing format minimum maximum codes comparison referenceDatasetId referenceColumn period';

describe('quality as it is shown', () => {
  let exchange: TestExchange;
  let folder: string;
  let files = 0;
  beforeAll(async () => {
    exchange = await startExchange();
    folder = mkdtempSync(join(tmpdir(), 'pdx-quality-shown-'));
  });
  afterAll(async () => {
    await exchange.stop();
    rmSync(folder, { recursive: true });
  });

  const today = () => legalDayOf(exchange.service.app.get(Clock).now());
  const bytesOf = (content: string | Uint8Array<ArrayBuffer>) =>
    typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const fileOf = (content: string | Uint8Array) => {
    const file = join(folder, `file-${++files}`);
    writeFileSync(file, content);
    return file;
  };
  const upload = async (content: string | Uint8Array<ArrayBuffer>) =>
    (await (await exchange.as('provider')).upload(`质量${++files}.csv`, bytesOf(content))).id;
  const confirm = (datasetVersionId: string, columns: object[]) =>
    exchange.confirmColumns('provider', { datasetVersionId, columns });
  const dataset = async (
    content: string | Uint8Array<ArrayBuffer>,
    more: object = {},
    columns: object[] = [],
  ) => {
    const made = await exchange.load<{ dataset: { id: string }; version: { id: string } }>(
      'provider',
      'registerDataset',
      { name: `展示数据${files}`, description: '', uploadId: await upload(content), ...more },
      'dataset { id } version { id }',
    );
    await confirm(made.version.id, columns);
    return { datasetId: made.dataset.id, versionId: made.version.id };
  };
  const nextVersion = async (datasetId: string, content: string, more: object = {}) => {
    const { version } = await exchange.load<{ version: { id: string } }>(
      'provider',
      'addDatasetVersion',
      { datasetId, uploadId: await upload(content), ...more },
      'version { id }',
    );
    await confirm(version.id, []);
    return version.id;
  };
  const declare = (datasetId: string, rules: readonly object[]) =>
    exchange.act<{ rules: { id: string }[] }>(
      'provider',
      'declareQualityRules',
      { datasetId, rules },
      'DeclaredQualityRules { rules { id } }',
    );
  const measure = (datasetVersionId: string) =>
    exchange.act<Report>('provider', 'measureQuality', { datasetVersionId }, `QualityReport { ${FIELDS} }`);
  const counts = ({ results }: Report) =>
    results.map(({ rule, conforming, considered }) => [
      `${rule.kind} ${rule.columns.join()}`.trim(),
      Number(conforming),
      Number(considered),
    ]);
  const failing = async (login: string, reportId: string, ruleId = '') => {
    const { qualityFailingRows } = await (
      await exchange.as(login)
    ).query<{ qualityFailingRows: { edges: object[] } }>(
      `{ qualityFailingRows(reportId: "${reportId}", ruleId: "${ruleId}") { edges { node { rowNumber } } } }`,
    );
    return qualityFailingRows.edges;
  };
  const proposalsOf = async (datasetVersionId: string) => {
    const { proposedQualityRules } = await (
      await exchange.as('provider')
    ).query<{ proposedQualityRules: { kind: string; columns: string[] }[] }>(
      `{ proposedQualityRules(datasetVersionId: "${datasetVersionId}") { ${RULE} } }`,
    );
    return proposedQualityRules;
  };
  const pdx = async (...words: string[]) => {
    const { stdout } = await promisify(execFile)(process.execPath, ['dist/apps/pdx/src/main.js', ...words], {
      maxBuffer: 1e8,
    });
    return JSON.parse(stdout) as Record<string, unknown>;
  };
  const verified = async (signed: string) => {
    const publicKey = exchange.service.app.get(KeyRing).signing('QUALITY').publicKey;
    const quality = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    return pdx('quality', 'verify', fileOf(signed), '--trust', fileOf(JSON.stringify({ quality })));
  };
  const product = async (login: string, id: string) => {
    const { product: shown } = await (
      await exchange.as(login)
    ).query<{ product: ShownProduct | null }>(
      `{ product(id: "${id}") { id name latestQualityReport { ${FIELDS} } } }`,
    );
    return shown;
  };
  const sample = async (name: string) => {
    const { rows } = await exchange.owner.query<Record<'product' | 'asset' | 'version' | 'dataset', string>>(
      `SELECT product.id AS product, asset_id AS asset, v.id AS version, v.dataset_id AS dataset
       FROM product JOIN dataset_version v ON v.id = dataset_version_id WHERE product.name = $1`,
      [name],
    );
    return rows[0] ?? { product: '', asset: '', version: '', dataset: '' };
  };

  /** What the file alone says against what the exchange measures by the same rules. */
  const compared = async (content: string | Uint8Array<ArrayBuffer>) => {
    const { rules, groups } = (await datasetProfile(fileOf(content), today())).quality;
    const { datasetId, versionId } = await dataset(content);
    const proposed = await proposalsOf(versionId);
    await declare(datasetId, proposed);
    const report = await measure(versionId);
    const isOfFile = ({ kind, columns }: { kind: string; columns: readonly string[] }) =>
      kind !== 'ANSWERED_CALLS' && (kind !== 'FRESHNESS' || columns.length > 0);
    const measured = report.results.filter(({ rule }) => isOfFile(rule));
    expect(rules.map(({ kind, columns, a, b }) => [`${kind} ${columns.join()}`, a, b])).toEqual(
      measured.map(({ rule, conforming, considered }) => [
        `${rule.kind} ${rule.columns.join()}`,
        Number(conforming),
        Number(considered),
      ]),
    );
    expect(rules.map(({ newestOn }) => newestOn)).toEqual(measured.map(({ newestOn }) => newestOn));
    // The day of the load and the calls are not in a file.
    const isOther = ({ group }: { group: string }) => group !== 'TIMELINESS' && group !== 'ACCESSIBILITY';
    const shown = groups.flatMap(({ group, score, rules: on }) =>
      score === null ? [] : [{ group, score, rules: on }],
    );
    expect(shown.filter(isOther)).toEqual(report.groups.filter(isOther));
    return { rules, groups, report };
  };

  it('is measured of a file alone as the exchange measures it: of a dirty one', async () => {
    const { rules } = await compared(
      Uint8Array.from(readFileSync(join('test', 'data', 'dirty-clients.csv'))),
    );
    expect(rules.length).toBeGreaterThan(10);
  });

  it('is measured of a file alone as the exchange measures it: of every kind of column', async () => {
    await compared(csvOf(givenTable(500)));

    const random = new SeededRandom(11);
    const one = (...values: string[]) => random.oneOf(values);
    const rows = Array.from({ length: 400 }, (_, i) => [
      ...[`K${i % 390}`, i % 3 === 0 ? usccOf('9', i) : one('91350100m000100y43', ' 1', 'x'.repeat(18))],
      one(
        citizenNumber(random, i),
        citizenNumber(random, i),
        '11010519491231002x',
        ' ',
        '　',
        '110105194912310021',
      ),
      one('13800138000', '13800138000', '+86 13800138000', '138-0013-8000', ' 13800138000', ''),
      one('0', '1', '2', '9', '3', ''),
      one('149.99999999999999999999', '150.00000000000000000001', '-0', '0', '1E+02', '150', ''),
      one('2024-01-31', '2024-02-29', '1899-12-31', ''),
      one('2024-01-31', '2023-12-31', '9999-12-31', ''),
      one(today(), addDays(today(), 1), addDays(today(), -366), '1900-01-01'),
      one('370202', '370203', '370200', '000000'),
      one('a@b.cn', 'a@b', '甲@乙.cn', ''),
      one('12.5', '100.01', '-1', '100'),
      `${i}${one('', ' ', '　', '\u00a0')}`,
      one(' ', '　', '\u00a0', '有', ' 有'),
    ]);
    const header =
      '编号,信用代码,身份证号,手机,性别,年龄,开始日期,结束日期,更新日期,行政区划代码,邮箱,占比,序号,备注'.split(
        ',',
      );
    const quoted = [header, ...rows].map((row) => row.map((cell) => `"${cell}"`).join(',')).join('\n');
    const { rules, groups } = await compared(quoted);
    const said = rules.map(({ kind, columns }) => `${kind} ${columns.join()}`);
    for (const rule of [
      ...[
        'NOT_NULL 备注',
        'NOT_NULL 身份证号',
        'UNIQUE 序号',
        'FORMAT 身份证号',
        'FORMAT 手机',
        'FORMAT 邮箱',
      ],
      ...[
        'CODE_LIST 性别',
        'RANGE 年龄',
        'RANGE 开始日期',
        'CROSS_COLUMN 开始日期,结束日期',
        'FRESHNESS 更新日期',
      ],
    ])
      expect(said).toContain(rule);
    expect(
      groups.map(({ name, notMeasured }) => `${name} ${notMeasured === null ? '' : '未测'}`.trim()),
    ).toEqual([...['规范性', '完整性', '准确性', '一致性', '时效性', '可访问性 未测']]);
    for (const { a, b } of rules) expect(a).toBeLessThanOrEqual(b);
    expect(rules.filter(({ a, b }) => a < b).length).toBeGreaterThan(10);
  });

  it('judges numbers as they are stored, of a file alone and in the exchange, however they are written', async () => {
    const written = [
      // 邮编, 性别, 级别, 金额, 日期: as PostgreSQL keeps them.
      ['2.66000E+05', '1', '-9', '"1,234.50"', '2025年3月1日'], // 266000
      ['266000', '1.0', '0', '-1.5E+02', '1899/12/31'],
      ['2.66E+05', '2.00', '1', '¥12.5', '2025-03-02'], // 266000
      ['2.6600000E+05', '1.0E+00', '1', '"-1,000.00"', '2025.3.4'], // 266000.00, which is no postcode
      ['266000.0', '3', '0', '0', ''],
      ['2.660E+04', '9.0', '-9', '', '1900/1/1'], // 26600
      ['', '', '', '', ''],
    ];
    const rows = Array.from({ length: 5 }, (_, n) =>
      written.map((cells, i) => `${n * written.length + i + 1},${cells.join()}`),
    );
    const csv = ['编号,邮编,性别,级别,金额,日期', ...rows.flat()].join('\n');
    const { rules } = await compared(csv);
    const found = (kind: string, column: string) => {
      const rule = rules.find((one) => `${one.kind} ${one.columns.join()}` === `${kind} ${column}`);
      return [rule?.a, rule?.b];
    };
    expect(found('FORMAT', '邮编')).toEqual([15, 30]);
    expect(found('CODE_LIST', '性别')).toEqual([25, 30]);
    expect(found('RANGE', '金额')).toEqual([15, 25]);
    expect(found('RANGE', '日期')).toEqual([20, 25]);
    // Two of each seven are said to be missing, and one is.
    expect(found('NOT_NULL', '级别')).toEqual([20, 35]);

    const { datasetId, versionId } = await dataset(csv);
    await declare(datasetId, [
      { kind: 'CODE_LIST', columns: ['性别'], codes: ['1.00', '2E+00', '3e+00'] },
      { kind: 'CODE_LIST', columns: ['级别'], codes: ['-9.0'] },
      { kind: 'NOT_NULL', columns: ['邮编'], missing: ['2.66E+05'] },
      {
        ...{ kind: 'FORMAT', columns: ['邮编'] },
        pattern: [{ literal: '266000.' }, { charset: 'DIGIT', min: 2, max: 2 }],
      },
    ]);
    const report = await measure(versionId);
    expect(counts(report)).toEqual([
      ['CODE_LIST 性别', 25, 30],
      ['CODE_LIST 级别', 10, 30],
      ['NOT_NULL 邮编', 5, 35],
      ['FORMAT 邮编', 5, 30],
    ]);
    expect(await failing('provider', report.id, report.results[0]?.rule.id)).toHaveLength(5);
    expect(await failing('provider', report.id, report.results[1]?.rule.id)).toHaveLength(20);
  });

  for (const file of realDataFiles())
    it(`is measured of a file alone as the exchange measures it: of ${file.split('/').at(-1) ?? ''}`, async () => {
      const { rules } = await compared(Uint8Array.from(readFileSync(file)));
      expect(rules.length).toBeGreaterThan(10);
    });

  it('has one completeness of a column: blank cells are not empty ones, and hold no value', async () => {
    const blank = ['\u3000', '  ', '\u3000 \u3000'];
    const names = Array.from({ length: 100 }, (_, i) => (i < 10 ? (blank[i % 3] ?? '') : `甲${i}`));
    const file = fileOf(`编号,名\n${names.map((name, i) => `${i},${name}\n`).join('')}`);
    const { columns, quality } = (await pdx('dataset', 'profile', file, '--json')) as {
      columns: { name: string; nulls: number }[];
      quality: { completeness: object[]; rules: object[] };
    };
    expect(columns).toMatchObject([{ nulls: 0 }, { name: '名', nulls: 0 }]);
    expect(quality.completeness).toEqual([
      { column: '编号', present: 100, rows: 100 },
      { column: '名', present: 90, rows: 100 },
    ]);
    expect(quality.rules).toContainEqual(
      expect.objectContaining({ kind: 'NOT_NULL', columns: ['名'], ground: '没有空单元格', a: 90, b: 100 }),
    );
  });

  it('is said on the command line: by which rules, and which groups a file does not tell', async () => {
    const file = fileOf('编号,手机,值\n1,,1\n2,,\n');
    const { quality } = await pdx('dataset', 'profile', file, '--json');
    expect(quality).toEqual({
      completeness: [
        { column: '编号', present: 2, rows: 2 },
        { column: '手机', present: 0, rows: 2 },
        { column: '值', present: 1, rows: 2 },
      ],
      score: '0.500000',
      groups: [
        {
          group: 'NORMATIVITY',
          name: '规范性',
          rules: 0,
          score: null,
          notMeasured: 'its rules have found no value to look at',
        },
        { group: 'COMPLETENESS', name: '完整性', rules: 3, score: '0.500000', notMeasured: null },
        ...['ACCURACY 准确性', 'CONSISTENCY 一致性', 'TIMELINESS 时效性', 'ACCESSIBILITY 可访问性'].map(
          (group) => ({
            ...{ group: group.split(' ')[0], name: group.split(' ')[1], rules: 0, score: null },
            notMeasured: expect.stringMatching(/./),
          }),
        ),
      ],
      rules: [
        ...[
          { columns: ['编号'], ground: '没有空单元格', a: 2, x: '1.000000' },
          { columns: ['手机'], ground: '2 个空单元格', a: 0, x: '0.000000' },
          { columns: ['值'], ground: '1 个空单元格', a: 1, x: '0.500000' },
        ].map((rule) => ({
          ...{ kind: 'NOT_NULL', group: 'COMPLETENESS', parameters: { missing: [] }, b: 2, newestOn: null },
          ...rule,
        })),
        {
          ...{
            kind: 'FORMAT',
            group: 'NORMATIVITY',
            columns: ['手机'],
            parameters: { format: 'MOBILE_PHONE' },
          },
          ...{ ground: '11 位移动电话号码', a: 0, b: 0, x: null, newestOn: null },
        },
      ],
    });
    const { stdout } = await promisify(execFile)(process.execPath, [
      'dist/apps/pdx/src/main.js',
      'dataset',
      'profile',
      file,
    ]);
    expect(stdout).toContain('完整性: 0.500000, by 3 proposed rules\n');
    expect(stdout).toContain('可访问性: not measured: an exchange counts answered calls; a file has none\n');
  });

  it('says no mean of codes to people', async () => {
    const rows = Array.from({ length: 30 }, (_, i) => `${i},37020${(i % 3) + 1},${i % 2}`);
    const profile = await datasetProfile(fileOf(['数,区划,类', ...rows].join('\n')), today());
    expect(profile.columns.map(({ mean }) => mean)).toEqual(['14.5', '370202', '0.5']);
    const shown = profileTable(profile).split('\n').slice(2, 5);
    expect(shown.map((line) => line.split(/ +/))).toEqual([
      ['数', 'INTEGER', 'QUANTITY', '0', '30', '0', '29', '14.5'],
      ['区划', 'INTEGER', 'REGION_CODE', '0', '3', '370201', '370203'],
      ['类', 'INTEGER', 'CODE', '0', '2', '0', '1'],
    ]);
  });

  it('knows of a personal column how its values were written, as it would of any other', async () => {
    const random = new SeededRandom(5);
    const values = [
      ...[
        citizenNumber(random, 1),
        '11010519491231002X',
        '11010519491231002x',
        '440524188001010014',
        '110105194902300020',
      ],
      ...[
        usccOf('9', 1),
        usccOf('9', 2).toLowerCase(),
        '13800138000',
        '+8613800138000',
        ' 13800138000',
        '1380013800',
      ],
      ...[
        '266000',
        '066000',
        'a@b.cn',
        'a@b',
        '2024-02-29',
        '2023-02-29',
        '20240229',
        '20230229',
        '0000-01-01',
      ],
      ...[
        '2024-02-29T23:59',
        '2024-02-29 24:00',
        '2024-02-29 10:00:00',
        '2024-02-30 10:00',
        '　',
        '甲',
        '',
        '',
      ],
    ];
    const csv = ['编号,明,密', ...values.map((value, i) => `${i + 1},"${value}","${value}"`)].join('\n');
    const plain = { name: '明', type: 'TEXT', meaning: 'FREE_TEXT', isPersonal: false };
    const { datasetId, versionId } = await dataset(csv, { personalColumns: ['密'] }, [plain]);
    const formats = Object.values(NamedFormat);
    await declare(
      datasetId,
      ['明', '密'].flatMap((name) => formats.map((format) => ({ kind: 'FORMAT', columns: [name], format }))),
    );
    await declare(
      datasetId,
      ['明', '密'].map((name) => ({ kind: 'NOT_NULL', columns: [name] })),
    );
    const report = await measure(versionId);

    const [open, hidden] = [0, formats.length].map((from) =>
      report.results.slice(from, from + formats.length),
    );
    const expected = formats.map((format) => values.filter((value) => isOfFormat(format, value)).length);
    expect(open?.map(({ conforming, considered }) => [Number(conforming), Number(considered)])).toEqual(
      expected.map((a) => [a, values.length - 2]),
    );
    expect(Math.min(...expected)).toBeGreaterThan(0);
    const shown = (results: Report['results'] = []) =>
      results.map(({ conforming, considered }) => [conforming, considered]);
    expect(shown(hidden)).toEqual(shown(open));
    expect(open?.some(({ isCountedAtLoad }) => isCountedAtLoad)).toBe(false);
    expect(hidden?.every(({ isCountedAtLoad, fault }) => isCountedAtLoad && fault === null)).toBe(true);
    // A blank is no value there, either.
    expect(counts(report).slice(-2)).toEqual([
      ['NOT_NULL 明', values.length - 3, values.length],
      ['NOT_NULL 密', values.length - 3, values.length],
    ]);
    expect((await verified(report.signed))['report']).toMatchObject({
      rules: expect.arrayContaining([
        expect.objectContaining({ columns: ['密'], isCountedAtLoad: true }),
      ]) as unknown,
    });

    expect(await failing('provider', report.id, open?.[0]?.rule.id)).not.toEqual([]);
    const ruleId = hidden?.[0]?.rule.id;
    expect(await refusalOf(failing('provider', report.id, ruleId))).toBe('FAILING_ROWS_NOT_KEPT ruleId');
    expect(await failing('provider-2', report.id, ruleId)).toEqual([]);

    // What was loaded before it was counted, and a column that was found to be personal when it was confirmed.
    await exchange.owner.query('SET session_replication_role = replica');
    const uncounted = 'UPDATE dataset_column SET format_counts = NULL WHERE dataset_version_id = $1';
    await exchange.owner.query(uncounted, [versionId]);
    await exchange.owner.query('SET session_replication_role = DEFAULT');
    expect((await measure(versionId)).results[formats.length]).toMatchObject({
      fault: 'COLUMN_PERSONAL',
      considered: '0',
    });
    const other = await dataset(csv, {}, [{ ...plain, type: null, meaning: null, isPersonal: true }]);
    await declare(other.datasetId, [{ kind: 'FORMAT', columns: ['明'], format: 'MOBILE_PHONE' }]);
    expect((await measure(other.versionId)).results).toMatchObject([
      { conforming: '1', considered: String(values.length - 2), isCountedAtLoad: true },
    ]);
  });

  it('is neither fresh nor stale of a column that has become personal, and stale of one that is gone', async () => {
    const { datasetId, versionId } = await dataset(`编号,更新日期\n1,${today()}\n`);
    await declare(datasetId, [{ kind: 'FRESHNESS', columns: ['更新日期'], period: 'YEARLY' }]);
    expect((await measure(versionId)).results).toMatchObject([{ conforming: '1', considered: '1' }]);
    const hidden = await nextVersion(datasetId, `编号,更新日期\n2,${today()}\n`, {
      personalColumns: ['更新日期'],
    });
    const report = await measure(hidden);
    expect(report.results).toMatchObject([{ conforming: '0', considered: '0', fault: 'COLUMN_PERSONAL' }]);
    expect(report).toMatchObject({ score: null, groups: [] });
    expect(report.notMeasured).toHaveLength(6);
    const gone = await nextVersion(datasetId, '编号,别的\n3,1\n');
    expect((await measure(gone)).results).toMatchObject([
      { conforming: '0', considered: '1', fault: 'COLUMN_MISSING' },
    ]);
  });

  it('refuses to compare truth values as numbers or days', async () => {
    const { datasetId } = await dataset('编号,是否,日,值\n1,true,2024-01-01,1\n');
    for (const rule of [
      { kind: 'RANGE', columns: ['是否'], minimum: '0' },
      { kind: 'FRESHNESS', columns: ['是否'], period: 'DAILY' },
      { kind: 'CROSS_COLUMN', columns: ['是否', '日'], comparison: 'LE' },
      { kind: 'CROSS_COLUMN', columns: ['值', '是否'], comparison: 'EQ' },
    ])
      expect(await refusalOf(declare(datasetId, [rule]))).toBe(
        'QUALITY_RULE_NOT_MEASURABLE rules[0].columns',
      );
    await declare(datasetId, [{ kind: 'CODE_LIST', columns: ['是否'], codes: ['true'] }]);
  });

  it('says on how many rules a score rests and which groups were not measured, wherever it is shown', async () => {
    const { datasetId, versionId } = await dataset('编号,值\n1,1\n2,\n');
    await declare(datasetId, [
      { kind: 'NOT_NULL', columns: ['编号'] },
      { kind: 'NOT_NULL', columns: ['值'] },
      { kind: 'RANGE', columns: ['值'], minimum: '0' },
      // Nothing to measure: it does not count.
      { kind: 'ANSWERED_CALLS' },
    ]);
    const report = await measure(versionId);
    expect(report.groups).toEqual([
      { group: 'COMPLETENESS', score: '0.750000', rules: 2 },
      { group: 'ACCURACY', score: '1.000000', rules: 1 },
    ]);
    expect(report.notMeasured).toEqual(['NORMATIVITY', 'CONSISTENCY', 'TIMELINESS', 'ACCESSIBILITY']);
    const measuredRules = {
      NORMATIVITY: 0,
      COMPLETENESS: 2,
      ACCURACY: 1,
      CONSISTENCY: 0,
      TIMELINESS: 0,
      ACCESSIBILITY: 0,
    };
    const verdict = await verified(report.signed);
    expect(verdict).toMatchObject({ valid: true, score: report.score, report: { measuredRules } });
    expect(verdict['groups']).toEqual([
      { group: 'NORMATIVITY', name: '规范性', rules: 0, score: null },
      { group: 'COMPLETENESS', name: '完整性', rules: 2, score: '0.750000' },
      { group: 'ACCURACY', name: '准确性', rules: 1, score: '1.000000' },
      { group: 'CONSISTENCY', name: '一致性', rules: 0, score: null },
      { group: 'TIMELINESS', name: '时效性', rules: 0, score: null },
      { group: 'ACCESSIBILITY', name: '可访问性', rules: 0, score: null },
    ]);
  });

  it('stands beside what is offered, for those who see the offer, and can be verified by them', async () => {
    const { product: id, asset, version } = await sample('企业登记信息核验');
    const newest = await measure(version);

    const shown = await product('bank', id);
    expect(shown?.latestQualityReport).toEqual(newest);
    expect(shown?.latestQualityReport?.results.length).toBeGreaterThan(3);
    expect(await verified(shown?.latestQualityReport?.signed ?? '')).toMatchObject({ valid: true });
    expect((await product('insurer', id))?.latestQualityReport?.id).toBe(newest.id);
    // The rows stay the provider's.
    expect(await refusalOf(failing('bank', newest.id, newest.results[0]?.rule.id))).toBe('FORBIDDEN');
    expect(await failing('provider-2', newest.id, newest.results[0]?.rule.id)).toEqual([]);

    // Of what nobody offers, nobody else sees anything; a draft is no offer.
    const { datasetId, versionId } = await dataset('编号,值\n1,1\n');
    await declare(datasetId, [{ kind: 'NOT_NULL', columns: ['值'] }]);
    const hidden = await measure(versionId);
    const draft = await exchange.act<{ id: string }>(
      'provider',
      'declareProduct',
      {
        assetId: asset,
        zoneCode: 'FINANCE',
        name: '草稿',
        description: '',
        demandsConsent: false,
        fields: ['登记状态'],
      },
      'Product { id }',
    );
    expect((await product('provider', draft.id))?.latestQualityReport?.id).toBe(newest.id);
    expect(await product('bank', draft.id)).toBeNull();
    await exchange.owner.query('UPDATE product SET dataset_version_id = $1 WHERE id = $2', [
      versionId,
      draft.id,
    ]);
    expect((await product('provider', draft.id))?.latestQualityReport?.id).toBe(hidden.id);
    const asked = `{ qualityReport(id: "${hidden.id}") { id }
      qualityReports(datasetId: "${datasetId}") { edges { node { id } } }
      qualityRules(datasetId: "${datasetId}") { edges { node { id } } } }`;
    for (const login of ['bank', 'provider-2'])
      expect(await (await exchange.as(login)).query(asked)).toEqual({
        qualityReport: null,
        qualityReports: { edges: [] },
        qualityRules: { edges: [] },
      });
  });

  it('filters the catalogue, and takes as many statements for many products as for one', async () => {
    const token = await ExchangeClient.tokenOf(exchange.url, 'bank', SAMPLE_PASSWORD);
    // One of them is worse than the others.
    const { version, dataset: datasetId } = await sample('企业登记信息核验');
    await declare(datasetId, [{ kind: 'CODE_LIST', columns: ['登记状态'], codes: ['存续'] }]);
    await measure(version);
    const { schema } = exchange.service.app.get(GraphQLSchemaHost);
    const page = async (args: string) => {
      const source = `{ products(${args}) { edges { node { id name latestQualityReport { ${FIELDS} } } } } }`;
      const contextValue = {
        requestId: 'counted',
        authorization: `Bearer ${token}`,
        actor: null,
        loaders: new Map(),
      };
      // Not over HTTP, where nobody can tell whose statements they are.
      const { found, count } = await countStatements(() => graphql({ schema, source, contextValue }));
      const { products } = (found.data ?? {}) as { products?: { edges: { node: ShownProduct }[] } | null };
      return {
        products: products?.edges.map(({ node }) => node) ?? [],
        count,
        error: found.errors?.[0]?.originalError,
      };
    };
    await page('first: 1');
    const [one, all] = [await page('first: 1'), await page('first: 50')];
    expect(one.count).toBeGreaterThan(2);
    expect(all.products.length).toBeGreaterThan(3);
    expect(all.products.every(({ latestQualityReport }) => latestQualityReport !== null)).toBe(true);
    expect(all.count).toBe(one.count);

    const scores = all.products.map(({ latestQualityReport }) => latestQualityReport?.score ?? '');
    const most = scores.toSorted().at(-1) ?? '';
    const better = await page(`first: 50, minimumQuality: "${most}"`);
    const expected = all.products.filter((_, i) => scores[i] === most);
    expect(better.products.map(({ name }) => name)).toEqual(expected.map(({ name }) => name));
    expect(better.products.length).toBeLessThan(all.products.length);
    expect((await page(`first: 50, minimumQuality: "${scores.toSorted()[0] ?? ''}"`)).products).toEqual(
      all.products,
    );
    expect(better.count).toBe(one.count);
    expect((await page('minimumQuality: "0", zoneCode: "MEDICAL"')).products.map(({ name }) => name)).toEqual(
      (await page('zoneCode: "MEDICAL"')).products.map(({ name }) => name),
    );
    for (const minimum of ['1.1', '-0.5', '1000000'])
      expect((await page(`minimumQuality: "${minimum}"`)).error).toMatchObject({
        code: 'INVALID_INPUT',
        path: 'minimumQuality',
      });
  });
});
