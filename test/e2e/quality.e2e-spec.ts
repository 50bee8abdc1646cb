import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { AuditTreeService } from '#libs/audit';
import { addDays, Clock, startOfLegalDay } from '#libs/foundation';
import { KeyRing } from '#libs/keys';

import { ExchangeClient } from '../../apps/pdx/src/exchange-client.ts';
import { usccOf } from '../../apps/pdx/src/sample/identifiers.ts';
import { SAMPLE_PASSWORD } from '../../apps/pdx/src/sample/sample-parties.ts';
import { atPropertyRights } from '../support/given-property-right.ts';
import { classify as givenClassification } from '../support/given-classification.ts';
import { realDataFiles } from '../support/real-data.ts';
import { refusalOf, startExchange, type TestExchange } from '../support/start-exchange.ts';
import { whileHeld } from '../support/while-held.ts';

interface Result {
  readonly rule: { readonly id: string; readonly kind: string; readonly columns: string[] };
  readonly conforming: string;
  readonly considered: string;
  readonly rate: string | null;
  readonly fault: string | null;
  readonly newestOn: string | null;
}
interface Report {
  readonly id: string;
  readonly score: string | null;
  readonly signed: string;
  readonly groups: { readonly group: string; readonly name: string; readonly score: string }[];
  readonly results: Result[];
}
interface Rule {
  readonly id: string;
  readonly kind: string;
}

const REPORT = `QualityReport { id score signed groups { group name score }
  results { rule { id kind columns } conforming considered rate fault newestOn } }`;
const CLASSIFICATION = 'Classification { id level state columns { column level proposed ground } }';
const MATERIALS = {
  ...{ subject: '主体', lawfulSource: '来源', resource: '资源', evidence: '存证' },
  ...{ productsAndServices: '产品', scenarios: '场景', riskAssessment: '评估' },
};

describe('quality', () => {
  let exchange: TestExchange;
  let folder: string;
  let files = 0;
  beforeAll(async () => {
    exchange = await startExchange();
    folder = mkdtempSync(join(tmpdir(), 'pdx-quality-'));
  });
  afterAll(async () => {
    await exchange.stop();
    rmSync(folder, { recursive: true });
  });

  const now = () => exchange.service.app.get(Clock).now();
  const upload = async (text: string | Uint8Array<ArrayBuffer>, login = 'provider') =>
    (await exchange.as(login)).upload(
      `质量${++files}.csv`,
      typeof text === 'string' ? new TextEncoder().encode(text) : text,
    );
  const dataset = async (
    text: string | Uint8Array<ArrayBuffer>,
    { columns = [], ...more }: { columns?: object[] } & Record<string, unknown> = {},
    login = 'provider',
  ) => {
    const { id: uploadId } = await upload(text, login);
    const made = await exchange.load<{ dataset: { id: string }; version: { id: string } }>(
      login,
      'registerDataset',
      { name: `质量数据${files}`, description: '', uploadId, ...more },
      'dataset { id } version { id }',
    );
    const versionId = made.version.id;
    await exchange.confirmColumns(login, { datasetVersionId: versionId, columns });
    return { datasetId: made.dataset.id, versionId };
  };
  const nextVersion = async (datasetId: string, text: string, more: object = {}) => {
    const { id: uploadId } = await upload(text);
    const { version } = await exchange.load<{ version: { id: string } }>(
      'provider',
      'addDatasetVersion',
      { datasetId, uploadId, ...more },
      'version { id }',
    );
    const { id } = version;
    await exchange.confirmColumns('provider', { datasetVersionId: id, columns: [] });
    return id;
  };
  const declare = (datasetId: string, rules: readonly object[], login = 'provider') =>
    exchange.act<{ rules: Rule[] }>(
      login,
      'declareQualityRules',
      { datasetId, rules },
      'DeclaredQualityRules { rules { id kind } }',
    );
  const measure = (datasetVersionId: string, login = 'provider') =>
    exchange.act<Report>(login, 'measureQuality', { datasetVersionId }, REPORT);
  /** By rule, in the order of declaration: A, B. */
  const counts = ({ results }: Report) =>
    results.map(({ rule, conforming, considered }) => [
      `${rule.kind} ${rule.columns.join()}`.trim(),
      Number(conforming),
      Number(considered),
    ]);
  const failing = async (report: Report, n: number, page = '', login = 'provider') => {
    const { qualityFailingRows } = await (
      await exchange.as(login)
    ).query<{
      qualityFailingRows: {
        edges: {
          node: { rowNumber: string; cells: { column: string; value: string | null; isHidden: boolean }[] };
        }[];
        pageInfo: { hasNextPage: boolean; endCursor: string | null };
      };
    }>(
      `{ qualityFailingRows(reportId: "${report.id}", ruleId: "${report.results[n]?.rule.id ?? ''}" ${page}) {
         edges { node { rowNumber cells { column value isHidden } } } pageInfo { hasNextPage endCursor } } }`,
    );
    return {
      rows: qualityFailingRows.edges.map(({ node }) => Number(node.rowNumber)),
      cells: qualityFailingRows.edges.map(({ node }) => node.cells),
      ...qualityFailingRows.pageInfo,
    };
  };
  const pdx = async (...words: string[]) => {
    try {
      const { stdout } = await promisify(execFile)(process.execPath, ['dist/apps/pdx/src/main.js', ...words]);
      return { exit: 0, answer: JSON.parse(stdout) as object };
    } catch (error) {
      const { code, stdout } = error as { code: number; stdout: string };
      return { exit: code, answer: stdout === '' ? {} : (JSON.parse(stdout) as object) };
    }
  };

  it('is measured from the rows: every kind of rule counts what conforms and finds the rows that do not', async () => {
    const good = usccOf('9', 1);
    const csv = [
      '编号,信用代码,教育,电话,开始日期,结束日期,金额,备注',
      `1,${good},1,13800138000,2024-01-01,2024-02-01,10.5,a`,
      `2,${good.slice(0, 17)}!,5,23800138000,2024-03-01,2024-02-01,-1,　`,
      `3,${usccOf('9', 2)},,13800138000,2024-01-01,2024-02-01,10.5,`,
      `4,,0,13912345678,2024-01-01,,,-9`,
      `5,${good},4,1391234567,,2024-01-01,1000000,x`,
    ].join('\n');
    const other = await dataset(`码,名\n${good},甲\n${usccOf('9', 7)},乙\n`);
    // Numbers of offices, not of people.
    const columns = [{ name: '电话', isPersonal: false }];
    const { datasetId, versionId } = await dataset(csv, { subjectColumn: '编号', columns });
    await declare(datasetId, [
      { kind: 'NOT_NULL', columns: ['备注'], missing: ['-9'] },
      { kind: 'FORMAT', columns: ['信用代码'], format: 'USCC' },
      { kind: 'FORMAT', columns: ['电话'], format: 'MOBILE_PHONE' },
      {
        kind: 'FORMAT',
        columns: ['电话'],
        pattern: [{ literal: '138' }, { charset: 'DIGIT', min: 8, max: 8 }],
      },
      { kind: 'CODE_LIST', columns: ['教育'], codes: ['1', '2', '3', '4'] },
      { kind: 'RANGE', columns: ['金额'], minimum: '0', maximum: '999999.99' },
      { kind: 'UNIQUE', columns: ['教育', '电话', '金额'] },
      { kind: 'UNIQUE', columns: ['信用代码'] },
      { kind: 'CROSS_COLUMN', columns: ['开始日期', '结束日期'], comparison: 'LE' },
      {
        kind: 'REFERENCE',
        columns: ['信用代码'],
        referenceDatasetId: other.datasetId,
        referenceColumn: '码',
      },
      { kind: 'FRESHNESS', columns: ['结束日期'], period: 'YEARLY' },
      { kind: 'FRESHNESS', period: 'MONTHLY' },
      { kind: 'ANSWERED_CALLS' },
    ]);

    const report = await measure(versionId);

    expect(counts(report)).toEqual([
      // A blank is none, and -9 stands for none here.
      ['NOT_NULL 备注', 2, 5],
      ['FORMAT 信用代码', 3, 4],
      ['FORMAT 电话', 3, 5],
      ['FORMAT 电话', 2, 5],
      ['CODE_LIST 教育', 2, 4],
      ['RANGE 金额', 2, 4],
      ['UNIQUE 教育,电话,金额', 5, 5],
      ['UNIQUE 信用代码', 3, 4],
      ['CROSS_COLUMN 开始日期,结束日期', 2, 3],
      ['REFERENCE 信用代码', 2, 4],
      ['FRESHNESS 结束日期', 0, 1],
      ['FRESHNESS', 1, 1],
      ['ANSWERED_CALLS', 0, 0],
    ]);
    expect(report.results[10]?.newestOn).toBe('2024-02-01');
    expect(report.results[1]?.rate).toBe('0.750000');
    expect(report.results[12]?.rate).toBeNull();
    expect(report.groups.map(({ group, name, score }) => `${group} ${name} ${score}`)).toEqual([
      'NORMATIVITY 规范性 0.562500',
      'COMPLETENESS 完整性 0.400000',
      'ACCURACY 准确性 0.750000',
      'CONSISTENCY 一致性 0.583333',
      'TIMELINESS 时效性 0.500000',
    ]);
    const found = await Promise.all(report.results.map((_, n) => failing(report, n)));
    expect(found.map(({ rows }) => rows)).toEqual([
      ...[[2, 3, 4], [2], [2, 5], [2, 4, 5], [2, 4], [2, 5], [], [5], [2], [2, 3], [], [], []],
    ]);
    expect(found[5]?.cells[0]).toEqual([{ column: '金额', value: '-1', isHidden: false }]);
    expect(found[8]?.cells).toEqual([
      [
        { column: '开始日期', value: '2024-03-01', isHidden: false },
        { column: '结束日期', value: '2024-02-01', isHidden: false },
      ],
    ]);
  });

  it('pages through the failing rows, for the provider alone', async () => {
    const rows = Array.from({ length: 25 }, (_, i) => `${i + 1},${i % 2 === 0 ? 'x' : '1'}`).join('\n');
    const { datasetId, versionId } = await dataset(`编号,值\n${rows}\n`);
    await declare(datasetId, [{ kind: 'CODE_LIST', columns: ['值'], codes: ['1'] }]);
    const report = await measure(versionId);

    const seen: number[] = [];
    for (let after = '', more = true; more;) {
      const page = await failing(report, 0, `first: 5 ${after}`);
      seen.push(...page.rows);
      more = page.hasNextPage;
      after = `after: "${page.endCursor ?? ''}"`;
    }
    expect(seen).toEqual([1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25]);
    expect((await failing(report, 0, '', 'provider-chief')).rows).toHaveLength(13);
    expect((await failing(report, 0, '', 'provider-2')).rows).toEqual([]);
    expect(await refusalOf(failing(report, 0, '', 'bank'))).toBe('FORBIDDEN');
    expect(await refusalOf(failing(report, 0, 'after: "eA"'))).toBe('INVALID_INPUT after');
    const hidden = `{ qualityReport(id: "${report.id}") { id } qualityReports(datasetId: "${datasetId}") { edges { node { id } } } qualityRules(datasetId: "${datasetId}") { edges { node { id } } } }`;
    for (const login of ['bank', 'provider-2'])
      expect(await (await exchange.as(login)).query(hidden)).toEqual({
        qualityReport: null,
        qualityReports: { edges: [] },
        qualityRules: { edges: [] },
      });
    expect(await (await exchange.as('appraiser')).query(hidden)).toMatchObject({
      qualityReport: { id: report.id },
    });
  });

  it('never shows a personal value, and refuses what pseudonyms cannot tell', async () => {
    const csv = '编号,身份证号,姓名,值\n1,11010519491231002X,甲,1\n2,11010519491231002X,乙,2\n3,,丙,x\n';
    const { datasetId, versionId } = await dataset(csv, { personalColumns: ['身份证号', '姓名'] });
    for (const rule of [
      { kind: 'FORMAT', columns: ['身份证号'], pattern: [{ charset: 'DIGIT', min: 18, max: 18 }] },
      { kind: 'CODE_LIST', columns: ['姓名'], codes: ['甲'] },
      { kind: 'RANGE', columns: ['姓名'], minimum: '1' },
      { kind: 'NOT_NULL', columns: ['姓名'], missing: ['甲'] },
      { kind: 'CROSS_COLUMN', columns: ['姓名', '身份证号'], comparison: 'LT' },
      { kind: 'CROSS_COLUMN', columns: ['姓名', '值'], comparison: 'EQ' },
      { kind: 'REFERENCE', columns: ['姓名'], referenceDatasetId: datasetId, referenceColumn: '值' },
    ])
      expect(await refusalOf(declare(datasetId, [rule]))).toMatch(/^QUALITY_RULE_NOT_MEASURABLE rules\[0\]/);

    await declare(datasetId, [
      { kind: 'NOT_NULL', columns: ['身份证号'] },
      { kind: 'UNIQUE', columns: ['身份证号', '值'] },
      { kind: 'UNIQUE', columns: ['身份证号'] },
      { kind: 'CROSS_COLUMN', columns: ['姓名', '身份证号'], comparison: 'NE' },
    ]);
    const report = await measure(versionId);
    expect(counts(report)).toEqual([
      ['NOT_NULL 身份证号', 2, 3],
      ['UNIQUE 身份证号,值', 3, 3],
      ['UNIQUE 身份证号', 1, 2],
      ['CROSS_COLUMN 姓名,身份证号', 2, 2],
    ]);
    expect(await failing(report, 2)).toMatchObject({
      rows: [2],
      cells: [[{ column: '身份证号', value: null, isHidden: true }]],
    });
    // A column that becomes personal in a later version is measured no more, and not shown.
    const { rules } = await declare(datasetId, [{ kind: 'CODE_LIST', columns: ['值'], codes: ['1', '2'] }]);
    const later = await nextVersion(datasetId, csv.replace('丙', '丁'), { personalColumns: ['值'] });
    const again = await measure(later);
    expect(again.results.find(({ rule }) => rule.id === rules[0]?.id)).toMatchObject({
      fault: 'COLUMN_PERSONAL',
      considered: '0',
      rate: null,
    });
    expect((await failing(again, 1)).cells).toEqual([]);
  });

  it('lets nothing of a name, a code or a pattern reach SQL', async () => {
    const evil = [
      `"; DROP TABLE party; --`,
      `'); DELETE FROM dataset; --`,
      `$1`,
      `%I %s %L`,
      `c1) FROM pg_authid; --`,
      `列\\' OR true --`,
      `{a,b}`,
      `NULL`,
    ];
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
    const cells = evil.map((text, i) => quoted(i === 3 ? '%I' : text));
    const csv = `${evil.map(quoted).join(',')}\n${cells.join(',')}\n${evil.map(() => 'x').join(',')}\n`;
    const { datasetId, versionId } = await dataset(csv);
    const { rules } = await declare(
      datasetId,
      evil.flatMap((name) => [
        { kind: 'NOT_NULL', columns: [name], missing: [...evil, 'a,b', '{', '"'] },
        { kind: 'CODE_LIST', columns: [name], codes: [...evil, '%I'] },
        { kind: 'FORMAT', columns: [name], pattern: [{ literal: name }] },
        { kind: 'UNIQUE', columns: [name] },
      ]),
    );
    const report = await measure(versionId);

    expect(rules).toHaveLength(32);
    expect(counts(report).map(([, a, b]) => `${String(a)}/${String(b)}`)).toEqual(
      evil.flatMap((_, i) => [i === 3 ? '2/2' : '1/2', '1/2', i === 3 ? '0/2' : '1/2', '2/2']),
    );
    for (const n of [0, 1, 2, 3, 20, 21, 22])
      for (const { column } of (await failing(report, n)).cells.flat()) expect(evil).toContain(column);
    const { rows } = await exchange.owner.query('SELECT count(*)::int > 0 AS is FROM party');
    expect(rows).toEqual([{ is: true }]);
    for (const [rule, refusal] of [
      [{ kind: 'RANGE', columns: [evil[0]], minimum: `0'; --` }, 'INVALID_INPUT rules[0].minimum'],
      [{ kind: 'RANGE', columns: [evil[0]], minimum: '2024-02-30' }, 'INVALID_INPUT rules[0].minimum'],
      [{ kind: 'NOT_NULL', columns: ['没有'] }, 'COLUMN_OF_RULE_UNKNOWN rules[0].columns[0]'],
    ] as const)
      expect(await refusalOf(declare(datasetId, [rule]))).toBe(refusal);
    // What the application itself could write past the service runs no further: the parts are known ones, or match nothing.
    await exchange.owner.query(
      `INSERT INTO quality_rule
       SELECT gen_random_uuid(), dataset_id, provider_id, 'ACCURACY', part.kind, ARRAY[$2], part.parameters, sha256(part.parameters::text::bytea),
              declaration_id, declared_by, declared_at
       FROM quality_rule, (VALUES ('FORMAT', '{"format":"x) OR true --"}'::jsonb), ('FORMAT', '{"pattern":[{"charset":"(a+)+","min":1,"max":2}]}'),
                                  ('CROSS_COLUMN', '{"comparison":"OR true --","comparedAs":"TEXT"}')) AS part (kind, parameters)
       WHERE id = $1`,
      [rules[0]?.id, evil[1]],
    );
    const stranger = await measure(versionId);
    expect(counts(stranger).filter(([name]) => String(name).startsWith('CROSS'))).toEqual([
      [`CROSS_COLUMN ${evil[1] ?? ''}`, 0, 2],
    ]);
  });

  it('refuses a measurement that takes too long, keeps nothing of it, and can be asked for again', async () => {
    const { datasetId, versionId } = await dataset('编号,值\n1,1\n2,\n');
    await declare(datasetId, [{ kind: 'NOT_NULL', columns: ['值'] }]);
    const client = await exchange.as('provider');
    const input = { clientId: 'measured-again', datasetVersionId: versionId };
    const ask = () => client.mutate<Report>('measureQuality', input, REPORT);
    const table = `dataset_row.v_${versionId.replaceAll('-', '')}`;
    const refusal = await whileHeld(
      exchange.owner,
      `LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`,
      [],
      async (waiting) => {
        const refused = refusalOf(ask());
        await waiting(1);
        // As the time limit of the statement would.
        await exchange.owner.query(
          `SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))`,
        );
        return refused;
      },
    );
    expect(refusal).toBe('MEASUREMENT_TOO_LONG datasetVersionId');
    const { rows } = await exchange.owner.query(
      'SELECT id FROM quality_report WHERE dataset_version_id = $1 UNION ALL SELECT report_id FROM quality_result ' +
        'JOIN quality_rule ON quality_rule.id = rule_id WHERE dataset_id = $2',
      [versionId, datasetId],
    );
    expect(rows).toEqual([]);
    expect(counts(await ask())).toEqual([['NOT_NULL 值', 1, 2]]);
  });

  it('signs a report that can be checked without the exchange, and rewrites neither it nor a result', async () => {
    const { datasetId, versionId } = await dataset('编号,值\n1,1\n2,2\n3,\n');
    await declare(datasetId, [{ kind: 'NOT_NULL', columns: ['值'] }]);
    const report = await measure(versionId);
    const pem = exchange.service.app
      .get(KeyRing)
      .signing('QUALITY')
      .publicKey.export({ type: 'spki', format: 'pem' })
      .toString();
    const fileOf = (name: string, text: string) => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    const trust = fileOf('trust.json', JSON.stringify({ quality: pem }));
    const verify = (text: string) => pdx('quality', 'verify', fileOf('report.jwt', text), '--trust', trust);

    expect(await verify(report.signed)).toMatchObject({
      exit: 0,
      answer: {
        valid: true,
        revocation: 'NOT_CHECKED',
        report: {
          dataset: { id: datasetId },
          version: { id: versionId, number: 1, rowCount: '3' },
          rules: [{ a: '2', b: '3', x: '0.666666', group: 'COMPLETENESS', groupName: '完整性' }],
          score: '0.666666',
        },
      },
    });
    const [head = '', body = '', signature = ''] = report.signed.split('.');
    const better = Buffer.from(Buffer.from(body, 'base64url').toString().replace('"a":"2"', '"a":"3"'));
    expect(await verify([head, better.toString('base64url'), signature].join('.'))).toMatchObject({
      exit: 1,
      answer: { valid: false, reason: 'FORGED', revocation: 'NOT_CHECKED' },
    });
    expect(
      (await pdx('quality', 'verify', fileOf('x', report.signed), '--trust', fileOf('t', '{}'))).exit,
    ).toBe(2);
    for (const sql of [
      `UPDATE quality_report SET score = 1`,
      `DELETE FROM quality_result`,
      `UPDATE quality_rule SET parameters = '{}'`,
      `DELETE FROM quality_rule`,
    ])
      await expect(exchange.owner.query(sql)).rejects.toMatchObject({ code: '23001' });
    const { rows } = await exchange.owner.query<{ is: boolean }>(
      `SELECT has_table_privilege('pdx_app', 'quality_result', 'INSERT') AS is`,
    );
    expect(rows).toEqual([{ is: false }]);
  });

  it('keeps its rules from version to version, and shows the trend', async () => {
    const { datasetId, versionId } = await dataset('编号,值,旧列\n1,1,a\n2,x,b\n3,3,c\n4,4,d\n');
    const { rules } = await declare(datasetId, [
      { kind: 'RANGE', columns: ['值'], minimum: '1', maximum: '4' },
      { kind: 'NOT_NULL', columns: ['旧列'] },
    ]);
    await measure(versionId);
    const second = await nextVersion(datasetId, '值,编号\n1,1\n2,2\n3,3\n9,4\n');
    const report = await measure(second);

    expect(counts(report)).toEqual([
      ['RANGE 值', 3, 4],
      ['NOT_NULL 旧列', 0, 4],
    ]);
    expect(report.results[1]).toMatchObject({ fault: 'COLUMN_MISSING' });
    expect((await failing(report, 1)).rows).toEqual([1, 2, 3, 4]);
    await exchange.act(
      'provider',
      'retireQualityRule',
      { ruleId: rules[1]?.id },
      'QualityRule { id retiredAt }',
    );
    expect(
      await refusalOf(
        exchange.act('provider', 'retireQualityRule', { ruleId: rules[1]?.id }, 'QualityRule { id }'),
      ),
    ).toBe('QUALITY_RULE_NOT_FOUND ruleId');
    const last = await measure(second);
    const client = await exchange.as('provider');
    const {
      qualityReports,
      qualityRules,
      dataset: shown,
    } = await client.query<{
      qualityReports: { edges: { node: { datasetVersionId: string; score: string } }[] };
      qualityRules: { edges: { node: { id: string; retiredAt: string | null } }[] };
      dataset: { versions: { latestQualityReport: { id: string } | null }[] };
    }>(
      `{ qualityReports(datasetId: "${datasetId}") { edges { node { datasetVersionId score } } }
         qualityRules(datasetId: "${datasetId}") { edges { node { id retiredAt } } }
         dataset(id: "${datasetId}") { versions { latestQualityReport { id } } } }`,
    );
    expect(qualityReports.edges.map(({ node }) => [node.datasetVersionId, node.score])).toEqual([
      [versionId, '0.875000'],
      [second, '0.375000'],
      [second, '0.750000'],
    ]);
    expect(qualityRules.edges.map(({ node }) => [node.id, node.retiredAt === null])).toEqual([
      [rules[0]?.id, true],
      [rules[1]?.id, false],
    ]);
    expect(shown.versions[1]?.latestQualityReport?.id).toBe(last.id);
  });

  it('refuses rules that are not one of its kinds, of somebody else, too many, or there twice', async () => {
    const { datasetId, versionId } = await dataset('编号,值,日,文\n1,1,2024-01-01,甲\n');
    const foreign = await dataset('编号,值\n1,1\n', {}, 'provider-2');
    expect(await refusalOf(measure(versionId))).toBe('NO_QUALITY_RULES datasetVersionId');
    expect(await refusalOf(measure(foreign.versionId))).toBe(
      'DATASET_VERSION_NOT_CONFIRMED datasetVersionId',
    );
    expect(await refusalOf(declare(foreign.datasetId, [{ kind: 'ANSWERED_CALLS' }]))).toBe(
      'DATASET_NOT_FOUND datasetId',
    );
    for (const [rule, refusal] of [
      [{ kind: 'NOT_NULL', columns: [] }, 'INVALID_INPUT rules[0].columns'],
      [{ kind: 'NOT_NULL', columns: ['值'], codes: ['1'] }, 'INVALID_INPUT rules[0].codes'],
      [{ kind: 'NOT_NULL', columns: ['值'], missing: ['-9', '-9.0'] }, 'INVALID_INPUT rules[0].missing[1]'],
      [{ kind: 'NOT_NULL', columns: ['文'], missing: ['无', '无'] }, 'INVALID_INPUT rules[0].missing[1]'],
      [{ kind: 'NOT_NULL', columns: ['文'], missing: [''] }, 'INVALID_INPUT rules[0].missing[0]'],
      [{ kind: 'CODE_LIST', columns: ['值'], codes: ['1', '1.0'] }, 'INVALID_INPUT rules[0].codes[1]'],
      [{ kind: 'CODE_LIST', columns: ['值'], codes: ['1', 'x'] }, 'INVALID_INPUT rules[0].codes[1]'],
      [{ kind: 'NOT_NULL', columns: ['值'], group: 'ACCURACY' }, 'INVALID_INPUT rules[0].group'],
      [{ kind: 'FORMAT', columns: ['值'] }, 'INVALID_INPUT rules[0].format'],
      [{ kind: 'FORMAT', columns: ['值'], pattern: [{}] }, 'INVALID_INPUT rules[0].pattern[0]'],
      [
        { kind: 'FORMAT', columns: ['值'], pattern: [{ charset: 'ANY', min: 3, max: 2 }] },
        'INVALID_INPUT rules[0].pattern[0].max',
      ],
      [{ kind: 'RANGE', columns: ['值'] }, 'INVALID_INPUT rules[0].minimum'],
      [{ kind: 'RANGE', columns: ['值'], minimum: '2', maximum: '1.9' }, 'INVALID_INPUT rules[0].maximum'],
      [
        { kind: 'CROSS_COLUMN', columns: ['值', '日'], comparison: 'LT' },
        'QUALITY_RULE_NOT_MEASURABLE rules[0].columns',
      ],
      [{ kind: 'FRESHNESS', columns: ['日'] }, 'INVALID_INPUT rules[0].period'],
      [
        { kind: 'REFERENCE', columns: ['值'], referenceDatasetId: foreign.datasetId, referenceColumn: '值' },
        'INVALID_INPUT rules[0].referenceDatasetId',
      ],
    ] as const)
      expect(await refusalOf(declare(datasetId, [rule]))).toBe(refusal);
    const rule = { kind: 'RANGE', columns: ['值'], minimum: '0' };
    await declare(datasetId, [rule]);
    expect(await refusalOf(declare(datasetId, [{ ...rule, minimum: '1' }, rule]))).toBe(
      'QUALITY_RULE_EXISTS rules[1]',
    );
    // The whole declaration was undone, so the first of it can still be declared.
    await declare(datasetId, [{ ...rule, minimum: '1' }]);
    // In another writing or order it is the same rule.
    await declare(datasetId, [
      { kind: 'CODE_LIST', columns: ['值'], codes: ['1', '2'] },
      { kind: 'NOT_NULL', columns: ['值'], missing: ['-9'] },
      { kind: 'NOT_NULL', columns: ['文'], missing: ['-9', '无'] },
      { kind: 'UNIQUE', columns: ['值', '日'] },
      { kind: 'RANGE', columns: ['值'], minimum: '-0.50', maximum: '10' },
    ]);
    for (const same of [
      { ...rule, minimum: '1.0' },
      { ...rule, minimum: '01' },
      { ...rule, minimum: '-0.0' },
      { ...rule, minimum: '-00.5', maximum: '10.0' },
      { kind: 'CODE_LIST', columns: ['值'], codes: ['2', '1'] },
      { kind: 'NOT_NULL', columns: ['值'], missing: ['-9.0'] },
      { kind: 'NOT_NULL', columns: ['文'], missing: ['无', '-9'] },
      { kind: 'CODE_LIST', columns: ['值'], codes: ['2.00', '1E+00'] },
      { kind: 'UNIQUE', columns: ['日', '值'] },
    ])
      expect(await refusalOf(declare(datasetId, [same]))).toBe('QUALITY_RULE_EXISTS rules[0]');
    const itself = {
      kind: 'REFERENCE',
      columns: ['值'],
      referenceDatasetId: datasetId,
      referenceColumn: '值',
    };
    expect(await refusalOf(declare(datasetId, [itself]))).toBe('INVALID_INPUT rules[0].referenceColumn');
    await declare(datasetId, [{ ...itself, referenceColumn: '编号' }]);
  });

  it('counts two declarations at once one after the other', async () => {
    const { datasetId } = await dataset('编号,值\n1,1\n');
    const rules = (from: number) =>
      Array.from({ length: 260 }, (_, i) => ({ kind: 'RANGE', columns: ['值'], minimum: String(from + i) }));

    const answers = await whileHeld(
      exchange.owner,
      'SELECT FROM dataset WHERE id = $1 FOR UPDATE',
      [datasetId],
      async (waiting) => {
        const both = [0, 1000].map((from) => refusalOf(declare(datasetId, rules(from))));
        await waiting(2);
        return both;
      },
    ).then((both) => Promise.all(both));

    expect(answers.filter((answer) => answer === 'TOO_MANY_QUALITY_RULES rules')).toHaveLength(1);
  });

  it('proposes a rule for every column of a wide table, and measures them all', async () => {
    const names = Array.from({ length: 300 }, (_, i) => `列${i}`);
    const rows = Array.from({ length: 30 }, (_, i) => names.map((_, j) => (i === 0 && j < 30 ? '' : i + j)));
    const { datasetId, versionId } = await dataset([names, ...rows].map((row) => row.join()).join('\n'));
    const { proposedQualityRules: rules } = await (
      await exchange.as('provider')
    ).query<{ proposedQualityRules: object[] }>(
      '{ proposedQualityRules(datasetVersionId: "VERSION") { kind columns missing period } }'.replace(
        'VERSION',
        versionId,
      ),
    );
    await declare(datasetId, rules);

    const report = await measure(versionId);
    expect(counts(report).slice(0, 31)).toEqual([
      ...names.slice(0, 30).map((name) => [`NOT_NULL ${name}`, 29, 30]),
      ['NOT_NULL 列30', 30, 30],
    ]);
    expect(report).toMatchObject({ score: expect.stringMatching(/^0\.9/) });
  });

  it('proposes rules from the profile, which can be declared as they are', async () => {
    const rows = Array.from({ length: 30 }, (_, i) => [
      ...[
        `K${i}`,
        usccOf('9', i),
        i % 3,
        i,
        `2024-01-${String((i % 27) + 1).padStart(2, '0')}`,
        '2024-12-31',
        '',
      ],
    ]);
    const csv = [
      '编号,统一社会信用代码,性别,缴存金额,开工日期,竣工日期,空列',
      ...rows.map((row) => row.join(',')),
    ].join('\n');
    const { datasetId, versionId } = await dataset(csv, { subjectColumn: '编号' });
    const fields =
      'kind group columns missing format pattern { literal charset min max } minimum maximum codes comparison referenceDatasetId referenceColumn period';
    const { proposedQualityRules } = await (
      await exchange.as('provider')
    ).query<{ proposedQualityRules: ({ kind: string; columns: string[]; ground: string } & object)[] }>(
      `{ proposedQualityRules(datasetVersionId: "${versionId}") { ${fields} ground } }`,
    );

    const said = proposedQualityRules.map(({ kind, columns }) => `${kind} ${columns.join()}`.trim());
    expect(said).toEqual([
      ...['编号', '统一社会信用代码', '性别', '缴存金额', '开工日期', '竣工日期', '空列'].map(
        (name) => `NOT_NULL ${name}`,
      ),
      ...['UNIQUE 编号', 'UNIQUE 统一社会信用代码', 'FORMAT 统一社会信用代码', 'CODE_LIST 性别'],
      ...[
        'RANGE 缴存金额',
        'RANGE 开工日期',
        'RANGE 竣工日期',
        'CROSS_COLUMN 开工日期,竣工日期',
        'FRESHNESS',
        'ANSWERED_CALLS',
      ],
    ]);
    const rules = proposedQualityRules.map(({ ground, ...rule }) => {
      expect(ground).not.toBe('');
      return rule;
    });
    await declare(datasetId, rules);
    const report = await measure(versionId);
    // What is missing is found, and not left out of what is asked.
    const { results } = report;
    const wanting = results.filter(({ conforming, considered }) => conforming !== considered);
    expect(wanting).toMatchObject([{ rule: { columns: ['空列'] }, conforming: '0', considered: '30' }]);
    expect(report.groups.find(({ group }) => group === 'COMPLETENESS')?.score).toBe('0.857142');
  });

  it('measures the answered part of the calls that were allowed', async () => {
    const { rows } = await exchange.owner.query<{ listing: string; version: string; dataset: string }>(
      `SELECT listing.id AS listing, v.id AS version, v.dataset_id AS dataset FROM listing JOIN product ON product.id = product_id
       JOIN dataset_version v ON v.id = product.dataset_version_id WHERE product.name = '企业登记信息核验'`,
    );
    const request = await exchange.act<{ id: string }>(
      'bank',
      'requestAccess',
      {
        listingId: rows[0]?.listing,
        purpose: 'LOAN_ORIGINATION',
        justification: '贷前审查',
        quota: '50',
        validUntil: new Date(now().getTime() + 86_400_000).toISOString(),
      },
      'AccessRequest { id }',
    );
    const { usageGrant } = await exchange.act<{ usageGrant: { id: string } }>(
      'operator',
      'reviewAccessRequest',
      { accessRequestId: request.id, isApproved: true },
      'AccessRequest { usageGrant { id } }',
    );
    const invoke = (subject: string, purpose = 'LOAN_ORIGINATION') =>
      refusalOf(
        exchange.act(
          'bank',
          'invoke',
          { usageGrantId: usageGrant.id, subject, purpose },
          'Delivery { answer }',
        ),
      );
    for (const n of [1, 2, 3]) expect(await invoke(usccOf('9', 1000 + n))).toContain('not refused');
    expect(await invoke(usccOf('9', 9))).toContain('SUBJECT_NOT_FOUND');
    // What the caller was not entitled to says nothing of the data.
    expect(await invoke(usccOf('9', 1001), 'UNDERWRITING')).toContain('PURPOSE_NOT_GRANTED');
    await exchange.service.app.get(AuditTreeService).catchUp();

    const report = await measure(rows[0]?.version ?? '', 'provider');
    expect(counts(report).find(([kind]) => kind === 'ANSWERED_CALLS')).toEqual(['ANSWERED_CALLS', 3, 4]);
    expect(report.groups.find(({ group }) => group === 'ACCESSIBILITY')?.score).toBe('0.750000');
  });

  it('counts the dirt of a small file exactly', async () => {
    const csv = readFileSync(join('test', 'data', 'dirty-clients.csv'));
    const { datasetId, versionId } = await dataset(Uint8Array.from(csv), { subjectColumn: 'ID' });
    const pay = ['-1', '1', '2', '3', '4', '5', '6', '7', '8', '9'];
    await declare(datasetId, [
      { kind: 'CODE_LIST', columns: ['EDUCATION'], codes: ['1', '2', '3', '4'] },
      { kind: 'CODE_LIST', columns: ['MARRIAGE'], codes: ['1', '2', '3'] },
      ...['PAY_1', 'PAY_2', 'PAY_3'].map((name) => ({ kind: 'CODE_LIST', columns: [name], codes: pay })),
      ...['CA', 'THAL'].map((name) => ({ kind: 'NOT_NULL', columns: [name], missing: ['-9'] })),
      { kind: 'UNIQUE', columns: csv.toString().split('\n')[0]?.split(',').slice(1) },
    ]);

    const report = await measure(versionId);

    expect(counts(report).map(([, a, b]) => Number(b) - Number(a))).toEqual([14, 5, 15, 10, 4, 4, 2, 6]);
    expect((await failing(report, 7)).rows).toEqual([201, 202, 203, 204, 205, 206]);
  });

  const real = realDataFiles();
  (real.length > 0 ? it : it.skip)('counts the known dirt of two real files exactly', async () => {
    const [clientsFile = '', patientsFile = ''] = real;
    const bytes = (file: string) => Uint8Array.from(readFileSync(file));
    const clients = await dataset(bytes(clientsFile), { subjectColumn: 'ID' });
    const columns = [...Array.from({ length: 23 }, (_, i) => `X${i + 1}`), 'Y'];
    const months = columns.slice(5, 11);
    const pay = ['-1', '1', '2', '3', '4', '5', '6', '7', '8', '9'];
    await declare(clients.datasetId, [
      { kind: 'CODE_LIST', columns: ['X3'], codes: ['1', '2', '3', '4'] },
      { kind: 'CODE_LIST', columns: ['X4'], codes: ['1', '2', '3'] },
      ...months.map((name) => ({ kind: 'CODE_LIST', columns: [name], codes: pay })),
      { kind: 'UNIQUE', columns },
      ...columns.map((name) => ({ kind: 'NOT_NULL', columns: [name] })),
    ]);
    const began = Date.now();
    const report = await measure(clients.versionId);
    const tookMs = Date.now() - began;
    expect(counts(report).slice(0, 9)).toEqual([
      ['CODE_LIST X3', 29_655, 30_000],
      ['CODE_LIST X4', 29_946, 30_000],
      ['CODE_LIST X6', 12_504, 30_000],
      ['CODE_LIST X7', 10_488, 30_000],
      ['CODE_LIST X8', 10_151, 30_000],
      ['CODE_LIST X9', 9197, 30_000],
      ['CODE_LIST X10', 8507, 30_000],
      ['CODE_LIST X11', 8819, 30_000],
      [`UNIQUE ${columns.join()}`, 29_965, 30_000],
    ]);
    const { cells } = await failing(report, 0, 'first: 100');
    expect(new Set(cells.map(([cell]) => cell?.value))).toEqual(new Set(['0', '5', '6']));
    console.log(`measured 33 rules over 30,000 rows in ${tookMs} ms`);

    const patients = await dataset(bytes(patientsFile));
    await declare(
      patients.datasetId,
      ['ca', 'thal', 'chol'].map((name) => ({ kind: 'NOT_NULL', columns: [name], missing: ['-9'] })),
    );
    expect(counts(await measure(patients.versionId))).toEqual([
      ['NOT_NULL ca', 299, 303],
      ['NOT_NULL thal', 301, 303],
      ['NOT_NULL chol', 303, 303],
    ]);
  });
});

describe('classification', () => {
  let exchange: TestExchange;
  let files = 0;
  beforeAll(async () => {
    exchange = await startExchange();
  });
  afterAll(() => exchange.stop());

  interface Classified {
    readonly id: string;
    readonly level: string;
    readonly state: string;
    readonly columns: { readonly column: string; readonly level: string; readonly proposed: string }[];
  }
  const dataset = async (csv: string, more: object = {}) => {
    const client = await exchange.as('provider');
    const upload = await client.upload(`分级${++files}.csv`, new TextEncoder().encode(csv));
    const made = await exchange.load<{ dataset: { id: string }; version: { id: string } }>(
      'provider',
      'registerDataset',
      { name: `分级数据${files}`, description: '', uploadId: upload.id, ...more },
      'dataset { id } version { id }',
    );
    const datasetVersionId = made.version.id;
    await exchange.confirmColumns('provider', { datasetVersionId, columns: [] });
    return { datasetId: made.dataset.id, datasetVersionId, uploadId: upload.id };
  };
  const propose = (datasetVersionId: string, more: object = {}, login = 'provider') =>
    exchange.act<Classified>(login, 'proposeClassification', { datasetVersionId, ...more }, CLASSIFICATION);
  const decide = (
    classificationId: string,
    isConfirmed: boolean,
    more: object = {},
    login = 'provider-chief',
  ) =>
    exchange.act<Classified>(
      login,
      'decideClassification',
      { classificationId, isConfirmed, ...more },
      CLASSIFICATION,
    );
  const classify = (datasetVersionId: string, level: string) =>
    givenClassification(exchange, 'provider', datasetVersionId, level);
  /** A registered asset of the sample, its data classified anew. */
  const sampleAsset = async (product: string) => {
    const { rows } = await exchange.owner.query<{ asset: string; version: string; product: string }>(
      `SELECT asset.id AS asset, asset.dataset_version_id AS version, product.id AS product
       FROM product JOIN asset ON asset.id = asset_id WHERE product.name = $1`,
      [product],
    );
    return rows[0] ?? { asset: '', version: '', product: '' };
  };
  const declareProduct = (assetId: string, more: object) =>
    exchange.act<{ id: string }>(
      'provider',
      'declareProduct',
      {
        assetId,
        zoneCode: 'FINANCE',
        name: `产品${++files}`,
        description: '',
        demandsConsent: false,
        ...more,
      },
      'Product { id }',
    );
  const list = (productId: string) =>
    exchange.act(
      'operator',
      'listProduct',
      { productId, pricePerCall: '1', providerWeight: 1, operatorWeight: 1, platformWeight: 1 },
      'Product { id }',
    );
  const stateOf = async (productId: string) => {
    const { rows } = await exchange.owner.query<{ state: string; live: string }>(
      `SELECT state, (SELECT count(*) FROM listing WHERE product_id = product.id AND state = 'LISTED') AS live
       FROM product WHERE id = $1`,
      [productId],
    );
    return `${rows[0]?.state ?? ''} ${rows[0]?.live ?? ''}`;
  };

  it('is proposed from names and types, the highest wins, and somebody else confirms it', async () => {
    const { datasetId, datasetVersionId } = await dataset(
      '编号,姓名,身份证号,纳税额\n1,甲,11010519491231002X,5\n',
      {
        personalColumns: ['身份证号'],
      },
    );
    const client = await exchange.as('provider');
    const { proposedClassification } = await client.query<{
      proposedClassification: { level: string; columns: { column: string; level: string; ground: string }[] };
    }>(
      `{ proposedClassification(datasetVersionId: "${datasetVersionId}") { level columns { column level ground } } }`,
    );
    expect(proposedClassification.level).toBe('GENERAL_4');
    expect(proposedClassification.columns.map(({ column, level }) => `${column} ${level}`)).toEqual([
      ...['编号 GENERAL_1', '姓名 GENERAL_3', '身份证号 GENERAL_4', '纳税额 GENERAL_2'],
    ]);

    expect(await refusalOf(propose(datasetVersionId, { level: 'GENERAL_3' }))).toBe('INVALID_INPUT level');
    const lower = { column: '身份证号', level: 'GENERAL_2' };
    expect(await refusalOf(propose(datasetVersionId, { columns: [lower] }))).toBe(
      'INVALID_INPUT columns[0].ground',
    );
    const chosen = { column: '纳税额', level: 'GENERAL_2', ground: '' };
    expect(
      await refusalOf(
        propose(datasetVersionId, { columns: [chosen, { ...chosen, level: 'GENERAL_1', ground: '已公开' }] }),
      ),
    ).toBe('INVALID_INPUT columns[1].column');
    expect(await refusalOf(propose(datasetVersionId, {}, 'provider-2'))).toBe(
      'DATASET_VERSION_NOT_CONFIRMED datasetVersionId',
    );
    const proposed = await propose(datasetVersionId);
    expect(proposed).toMatchObject({ level: 'GENERAL_4', state: 'PROPOSED' });
    expect(await refusalOf(propose(datasetVersionId))).toBe('CLASSIFICATION_OPEN datasetVersionId');
    expect(await refusalOf(decide(proposed.id, true, {}, 'provider-2-chief'))).toBe(
      'CLASSIFICATION_NOT_FOUND classificationId',
    );
    for (const reason of [undefined, ' ', '　'])
      expect(await refusalOf(decide(proposed.id, false, { reason }))).toBe('INVALID_INPUT reason');
    await decide(proposed.id, false, { reason: '身份证号只保存假名' });
    const ground = '只保存密钥化假名';
    const second = await propose(datasetVersionId, { columns: [{ ...lower, ground }] });
    expect(second).toMatchObject({ level: 'GENERAL_3' });
    expect(second.columns[2]).toMatchObject({ level: 'GENERAL_2', proposed: 'GENERAL_4', ground });
    await decide(second.id, true);

    const { classifications, dataset: shown } = await client.query<{
      classifications: { edges: { node: { level: string; state: string } }[] };
      dataset: { versions: { classification: { id: string } | null }[] };
    }>(
      `{ classifications(datasetId: "${datasetId}") { edges { node { level state } } }
         dataset(id: "${datasetId}") { versions { classification { id } } } }`,
    );
    expect(classifications.edges.map(({ node }) => `${node.level} ${node.state}`)).toEqual([
      ...['GENERAL_4 REJECTED', 'GENERAL_3 CONFIRMED'],
    ]);
    expect(shown.versions[0]?.classification?.id).toBe(second.id);
    for (const sql of [`UPDATE classification SET level = 'GENERAL_1'`, 'DELETE FROM classification'])
      await expect(exchange.owner.query(sql)).rejects.toMatchObject({ code: '23001' });
  });

  it('is not confirmed by who proposed it, in either role', async () => {
    const { datasetVersionId } = await dataset('编号,值\n1,1\n');
    await exchange.owner.query(
      `UPDATE person SET roles = '{DATA_SPECIALIST,CHIEF_DATA_REPRESENTATIVE}' WHERE login = 'provider-chief'`,
    );
    const client = await ExchangeClient.signIn(exchange.url, 'provider-chief', SAMPLE_PASSWORD);
    const { id } = await client.mutate<{ id: string }>(
      'proposeClassification',
      { clientId: 'both-1', datasetVersionId },
      'Classification { id }',
    );
    const decision = { clientId: 'both-2', classificationId: id, isConfirmed: true };
    expect(await refusalOf(client.mutate('decideClassification', decision, 'Classification { id }'))).toBe(
      'CLASSIFIER_IS_SAME_PERSON classificationId',
    );
    await exchange.owner.query(
      `UPDATE person SET roles = '{CHIEF_DATA_REPRESENTATIVE}' WHERE login = 'provider-chief'`,
    );
  });

  it('lets core data into no register, and important data into none as general ones', async () => {
    const people = atPropertyRights(exchange);
    const registryId = await people.partyOf('registry');
    const { datasetVersionId, uploadId } = await dataset('编号,军事设施\n1,1\n');
    const { id: depositId } = await exchange.act<{ id: string }>(
      'provider',
      'depositEvidence',
      { uploadId, title: '数据' },
      'EvidenceDeposit { id }',
    );
    const { id } = await exchange.act<{ id: string }>(
      'provider',
      'prepareRegistration',
      {
        ...{ datasetVersionId, registryId, name: '核心', overview: '核心', materials: MATERIALS },
        evidence: [{ depositId, subject: 'DATA' }],
      },
      'Registration { id }',
    );
    const { level, id: classificationId } = await propose(datasetVersionId);
    expect(level).toBe('CORE');
    await decide(classificationId, true);
    const submit = () =>
      exchange.act('provider-chief', 'submitRegistration', { registrationId: id }, 'Registration { id }');
    expect(await refusalOf(submit())).toBe('DATA_LEVEL_FORBIDS registrationId');

    for (const [confirmed, declared, refusal] of [
      ['CORE', 'IMPORTANT', 'NOT_REGISTRABLE form.level'],
      ['IMPORTANT', 'GENERAL', 'NOT_REGISTRABLE form.level'],
      ['IMPORTANT', 'IMPORTANT', 'not refused'],
      ['GENERAL_4', 'GENERAL', 'not refused'],
    ] as const) {
      const { id: registrationId, assetId } = await people.prepare('provider', { form: { level: declared } });
      const { rows } = await exchange.owner.query<{ version: string }>(
        'SELECT dataset_version_id AS version FROM asset WHERE id = $1',
        [assetId],
      );
      await classify(rows[0]?.version ?? '', confirmed);
      expect(await refusalOf(people.act('provider-chief', 'submitPropertyRight', registrationId))).toContain(
        refusal,
      );
    }
  });

  it('is confirmed before anything is listed, and says what may be', async () => {
    const { asset, version } = await sampleAsset('企业登记信息核验');
    const fields = { fields: ['登记状态'] };
    const conclusion = {
      conclusion: {
        rules: [{ when: [{ column: '登记状态', operator: 'EQ', value: '存续' }], conclude: '是' }],
        otherwise: '否',
      },
    };
    const before = await declareProduct(asset, fields);
    const withConsent = await declareProduct(asset, { ...fields, demandsConsent: true });
    const said = await declareProduct(asset, conclusion);

    await classify(version, 'GENERAL_4');
    expect(await refusalOf(declareProduct(asset, fields))).toBe('DATA_LEVEL_FORBIDS assetId');
    expect(await refusalOf(list(before.id))).toBe('DATA_LEVEL_FORBIDS productId');
    await list(withConsent.id);
    await list(said.id);
    expect(await stateOf((await sampleAsset('企业登记信息核验')).product)).toBe('DELISTED 0');
    await classify(version, 'IMPORTANT');
    expect(await stateOf(withConsent.id)).toBe('DELISTED 0');
    expect(await stateOf(said.id)).toBe('LISTED 1');
    expect(await refusalOf(declareProduct(asset, { ...fields, demandsConsent: true }))).toBe(
      'DATA_LEVEL_FORBIDS assetId',
    );
    await classify(version, 'CORE');
    expect(await stateOf(said.id)).toBe('DELISTED 0');
    const { rows } = await exchange.owner.query<{ open: number }>(
      `SELECT count(*)::int AS open FROM usage_grant JOIN product ON product.id = product_id
       WHERE dataset_version_id = $1 AND expires_at > $2`,
      [version, exchange.service.app.get(Clock).now()],
    );
    expect(rows).toEqual([{ open: 0 }]);
    // Back again, by a new proposal and its confirmation: what was taken off stays off, and new products may be listed.
    await classify(version, 'GENERAL_2');
    await list((await declareProduct(asset, fields)).id);
  });

  it('is asked for before a product is listed whose data nobody has classified', async () => {
    const { asset } = await sampleAsset('企业登记信息核验');
    const product = await declareProduct(asset, { fields: ['登记状态'] });
    // As a version that was registered before there were levels.
    await exchange.owner.query('ALTER TABLE classification DISABLE TRIGGER classification_frozen');
    const { rows } = await exchange.owner.query<{ row: object }>(
      `DELETE FROM classification USING asset WHERE asset.id = $1 AND classification.dataset_version_id = asset.dataset_version_id
       RETURNING to_jsonb(classification) AS row`,
      [asset],
    );
    expect(await refusalOf(list(product.id))).toBe('DATA_NOT_CLASSIFIED productId');
    await exchange.owner.query(
      'INSERT INTO classification SELECT (jsonb_populate_record(NULL::classification, value)).* FROM jsonb_array_elements($1)',
      [JSON.stringify(rows.map(({ row }) => row))],
    );
    await exchange.owner.query('ALTER TABLE classification ENABLE TRIGGER classification_frozen');
    await list(product.id);
  });

  it('takes off what is being listed while a level is confirmed that forbids it', async () => {
    const { asset, version } = await sampleAsset('企业登记信息核验');
    const product = await declareProduct(asset, { fields: ['登记状态'] });
    const proposal = await propose(version, { level: 'CORE' });

    // The listing has seen the old level and waits with that at the platform's row.
    const both = await whileHeld(
      exchange.owner,
      `SELECT FROM party WHERE kind = 'PLATFORM' FOR UPDATE`,
      [],
      async (waiting) => {
        const listed = refusalOf(list(product.id));
        await waiting(1);
        const decided = decide(proposal.id, true);
        // Behind the listing, or done already if nothing holds it up.
        await Promise.race([waiting(2), decided]);
        return [listed, decided] as const;
      },
    );
    await Promise.all(both);

    expect(await stateOf(product.id)).toBe('DELISTED 0');
  });

  it('takes off what is put over newer data while their level is confirmed, which forbids it', async () => {
    const { rows: found } = await exchange.owner.query<{ asset: string; dataset: string; product: string }>(
      `SELECT asset.id AS asset, dataset_id AS dataset, product.id AS product FROM product JOIN asset ON asset.id = asset_id
       JOIN dataset_version v ON v.id = asset.dataset_version_id WHERE product.name = '企业纳税信用查询'`,
    );
    const {
      asset: assetId,
      dataset: datasetId,
      product,
    } = found[0] ?? { asset: '', dataset: '', product: '' };
    const [login, chief] = ['provider-2', 'provider-2-chief'] as const;
    const csv = `统一社会信用代码,纳税信用等级,上年纳税额,欠税\n${usccOf('9', 1000)},A,7.50,true\n`;
    const { id: uploadId } = await (
      await exchange.as(login)
    ).upload('新数据.csv', new TextEncoder().encode(csv));
    const { version } = await exchange.load<{ version: { id: string } }>(
      login,
      'addDatasetVersion',
      { datasetId, uploadId },
      'version { id }',
    );
    const datasetVersionId = version.id;
    await exchange.confirmColumns(login, { datasetVersionId });
    const { id: depositId } = await exchange.act<{ id: string }>(
      login,
      'depositEvidence',
      { uploadId, title: '新数据' },
      'EvidenceDeposit { id }',
    );
    const evidence = [{ depositId, subject: 'DATA' }];
    const { id: registrationId } = await exchange.act<{ id: string }>(
      login,
      'prepareFollowUpRegistration',
      { assetId, type: 'CHANGE', ground: 'RESOURCE', datasetVersionId, materials: MATERIALS, evidence },
      'Registration { id }',
    );
    const act = (who: string, field: string, more: object = {}) =>
      exchange.act<{ publicityUntil: string }>(
        who,
        field,
        { registrationId, ...more },
        'Registration { publicityUntil }',
      );
    await act(chief, 'submitRegistration');
    await act('registry', 'decideAcceptance', { decision: 'ACCEPTED' });
    const { publicityUntil } = await act('reviewer', 'reviewRegistration', { decision: 'PUBLICIZED' });
    const to = startOfLegalDay(addDays(publicityUntil, 1)).toISOString();
    await exchange.act('operator', 'advanceClock', { to }, 'ExchangeTime { time }');
    const proposal = await propose(datasetVersionId, { level: 'IMPORTANT' }, login);

    // The coding has put the product over the new version and waits with that at the serial of the month.
    const both = await whileHeld(
      exchange.owner,
      'LOCK TABLE registration_serial IN ACCESS EXCLUSIVE MODE',
      [],
      async (waiting) => {
        const coded = refusalOf(act('registry', 'codeRegistration'));
        await waiting(1);
        const decided = decide(proposal.id, true, {}, chief);
        await Promise.race([waiting(2), decided]);
        return [coded, decided] as const;
      },
    );
    expect(await both[0]).toMatch(/^not refused/);
    await both[1];

    expect(await stateOf(product)).toBe('DELISTED 0');
  });

  it('lets two who decide at once decide once', async () => {
    const { datasetVersionId } = await dataset('编号,值\n1,1\n');
    const { id } = await propose(datasetVersionId);
    const answers = await whileHeld(
      exchange.owner,
      'SELECT FROM classification WHERE id = $1 FOR UPDATE',
      [id],
      async (waiting) => {
        const deciding = [true, false].map((is) => refusalOf(decide(id, is, { reason: '理由' })));
        await waiting(2);
        return deciding;
      },
    ).then((deciding) => Promise.all(deciding));

    expect(answers.filter((answer) => answer === 'CLASSIFICATION_NOT_FOUND classificationId')).toHaveLength(
      1,
    );
  });
});
