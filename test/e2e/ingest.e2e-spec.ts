import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parquetWriteBuffer } from 'hyparquet-writer';

import { SeededRandom } from '../../apps/pdx/src/sample/random.ts';
import { csvOf, givenTable, TABLE_HEADER } from '../support/given-table.ts';
import { realDataFiles } from '../support/real-data.ts';
import { refusalOf, startExchange, type TestExchange } from '../support/start-exchange.ts';

interface Column {
  readonly position: number;
  readonly name: string;
  readonly type: string;
  readonly isPersonal: boolean;
  readonly meaning: string | null;
  readonly proposedMeaning: string | null;
  readonly proposedShare: string | null;
  readonly nulls: string;
  readonly distinctValues: string;
  readonly minimum: string | null;
  readonly maximum: string | null;
  readonly mean: string | null;
  readonly shortest: number | null;
  readonly longest: number | null;
  readonly frequentValues: readonly { readonly value: string; readonly rows: string }[];
}

interface Version {
  readonly id: string;
  readonly fileFormat: string;
  readonly encoding: string;
  readonly rowCount: string;
  readonly columns: readonly Column[];
}

const VERSION = `id fileFormat encoding rowCount columns { position name type isPersonal meaning proposedMeaning
  proposedShare nulls distinctValues minimum maximum mean shortest longest frequentValues { value rows } }`;

describe('ingestion', () => {
  let exchange: TestExchange;
  let files = 0;
  beforeAll(async () => {
    exchange = await startExchange();
  });
  afterAll(async () => {
    await exchange.stop();
  });

  const upload = async (content: string | Uint8Array<ArrayBuffer>) => {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    return (await exchange.as('provider')).upload(`t${++files}`, bytes);
  };
  const register = async (content: string | Uint8Array<ArrayBuffer>, more: object = {}) => {
    const { id: uploadId } = await upload(content);
    const { dataset, version } = await exchange.load<{ dataset: { id: string }; version: Version }>(
      'provider',
      'registerDataset',
      { name: `数据${files}`, description: '', uploadId, ...more },
      `dataset { id } version { ${VERSION} }`,
    );
    return { id: dataset.id, version };
  };
  const confirm = async (datasetVersionId: string, columns: object[] = []) => {
    const input = { datasetVersionId, columns };
    const confirmed = await exchange.act<Version & { state: string; load: { id: string } }>(
      'provider',
      'confirmColumns',
      input,
      `DatasetVersion { state load { id } ${VERSION} }`,
    );
    if (confirmed.state === 'CONFIRMED') return confirmed;
    const client = await exchange.as('provider');
    return (await client.loaded<{ version: Version }>(confirmed.load.id, `version { ${VERSION} }`)).version;
  };
  const addVersion = async (datasetId: string, content: string, more: object = {}) => {
    const { id: uploadId } = await upload(content);
    const input = { datasetId, uploadId, ...more };
    const { version } = await exchange.load<{ version: Version }>(
      'provider',
      'addDatasetVersion',
      input,
      `version { ${VERSION} }`,
    );
    return version;
  };
  const columnOf = (version: Version, name: string) => version.columns.find((column) => column.name === name);

  /** What PostgreSQL counts in the stored rows, whatever was counted on the way in. */
  const countedByDatabase = async ({ id, columns }: Version) => {
    const table = `dataset_row.v_${id.replaceAll('-', '')}`;
    const counted = [];
    for (const { position, type, isPersonal } of columns) {
      const c = `c${position}`;
      const isNumber = type === 'INTEGER' || type === 'DECIMAL';
      const extremes =
        type === 'BOOLEAN'
          ? [`bool_and(${c})::text`, `bool_or(${c})::text`]
          : isNumber
            ? [`trim_scale(min(${c}::numeric))::text`, `trim_scale(max(${c}::numeric))::text`]
            : [`min(${c}::text COLLATE "C")`, `max(${c}::text COLLATE "C")`];
      const [minimum, maximum] = isPersonal ? ['NULL', 'NULL'] : extremes;
      const length = type === 'TEXT' && !isPersonal ? `char_length(${c}::text)` : 'NULL::integer';
      const { rows } = await exchange.owner.query<{ mean: string | null; same: boolean | null }>(
        `SELECT (count(*) - count(${c}))::text AS nulls, count(DISTINCT ${c})::text AS "distinctValues",
                ${minimum} AS minimum, ${maximum} AS maximum, min(${length}) AS shortest, max(${length}) AS longest,
                ${isNumber ? `abs(avg(${c}::numeric(60, 30)) - $1::numeric) < 1e-16` : '$1::numeric IS NULL'} AS "hasMean"
         FROM ${table}`,
        [columns.find((column) => column.position === position)?.mean ?? null],
      );
      counted.push(rows[0]);
    }
    return counted;
  };
  const asCounted = ({ columns }: Version) =>
    columns.map(({ nulls, distinctValues, minimum, maximum, shortest, longest, type, mean }) => ({
      ...{ nulls, distinctValues, minimum, maximum, shortest, longest },
      hasMean: type === 'INTEGER' || type === 'DECIMAL' ? mean !== null : true,
    }));

  it('says what the values of a column are, and keeps natural persons’ to itself', async () => {
    const { version } = await register(csvOf(givenTable(400)));

    expect(
      version.columns.map(({ name, type, meaning, isPersonal }) => [name, type, meaning, isPersonal]),
    ).toEqual([
      ['统一社会信用代码', 'TEXT', 'USCC', false],
      ['法定代表人', 'TEXT', 'FREE_TEXT', true],
      ['身份证号', 'TEXT', 'RESIDENT_ID', true],
      ['手机', 'TEXT', 'MOBILE_PHONE', true],
      ['区划', 'INTEGER', 'REGION_CODE', false],
      ['成立日期', 'DATE', 'DATE', false],
      ['注册资本', 'DECIMAL', 'AMOUNT', false],
      ['行业', 'TEXT', 'CODE', false],
      ['是否上市', 'BOOLEAN', 'CODE', false],
      ['员工数', 'INTEGER', 'QUANTITY', false],
      ['税率', 'DECIMAL', 'QUANTITY', false],
      ['备注', 'TEXT', 'FREE_TEXT', false],
      ['空列', 'TEXT', null, false],
    ]);
    for (const { isPersonal, minimum, maximum, mean, shortest, longest, frequentValues } of version.columns)
      if (isPersonal)
        expect([minimum, maximum, mean, shortest, longest, frequentValues]).toEqual([
          null,
          null,
          null,
          null,
          null,
          [],
        ]);
    const trades = columnOf(version, '行业')?.frequentValues ?? [];
    expect(new Set(trades.map(({ value }) => value))).toEqual(new Set(['制造业', '建筑业', '批发和零售业']));
    expect(trades.reduce((sum, { rows }) => sum + Number(rows), 0)).toBe(400);
    const { rows } = await exchange.owner.query<{ c3: string }>(
      `SELECT c3 FROM dataset_row.v_${version.id.replaceAll('-', '')} LIMIT 1`,
    );
    expect(rows[0]?.c3).toMatch(/^[0-9a-f]{64}$/);
  });

  it('counts exactly, few values or many', async () => {
    const { version } = await register(csvOf(givenTable(9000)), { subjectColumn: '统一社会信用代码' });

    expect(columnOf(version, '统一社会信用代码')?.distinctValues).toBe('9000');
    expect(asCounted(version)).toEqual(await countedByDatabase(version));
  });

  it.each([true, false])('is not misled by the first rows of a file', async (isMisfit) => {
    const table = givenTable(12_000);
    const header = ['编号', '证件', '日期', '金额', '说明'];
    const rows = table.map((_, i) => {
      const isLate = i >= 11_000;
      const day = `${1900 + (i % 100)}-${String(1 + (i % 12)).padStart(2, '0')}-${String(1 + ((i >> 4) % 28)).padStart(2, '0')}`;
      return [
        isLate && isMisfit && i % 2 === 0 ? `A${i}` : String(i),
        isLate ? '11010519491231002X' : '',
        day,
        `${i}.${i % 100}`,
        ['', '\\N', '\\.', '"a""b"', ' c ', '"甲,\n乙"', `\ud840\udc00${i}`][i % 7] ?? '',
      ];
    });
    const { version } = await register([header, ...rows].map((row) => row.join(',')).join('\n'));

    expect(version.rowCount).toBe('12000');
    expect(version.columns.map(({ type, isPersonal }) => [type, isPersonal])).toEqual([
      ...[
        [isMisfit ? 'TEXT' : 'INTEGER', false],
        ['TEXT', true],
        ['DATE', false],
        ['DECIMAL', false],
        ['TEXT', false],
      ],
    ]);
    expect(asCounted(version)).toEqual(await countedByDatabase(version));
    const { rows: stored } = await exchange.owner.query<{ c5: string | null }>(
      `SELECT c5 FROM dataset_row.v_${version.id.replaceAll('-', '')} ORDER BY row_number LIMIT 7`,
    );
    expect(stored.map(({ c5 }) => c5)).toEqual([
      null,
      '\\N',
      '\\.',
      'a"b',
      ' c ',
      '甲,\n乙',
      '\ud840\udc006',
    ]);
  });

  it('reads amounts and days however they are written, also where only late rows write so', async () => {
    const lines = Array.from({ length: 12_000 }, (_, i) => {
      const [day, isLate] = [String(1 + (i % 28)), i >= 11_000];
      const signed = isLate ? `2025年3月${day}日` : `2025-03-${day.padStart(2, '0')}`;
      const paid = isLate ? `"1,${100 + (i % 900)}.50"` : `${i}.25`;
      return `${i},${signed},${paid},2024/${1 + (i % 12)}/${day},¥${i}元,"${1 + (i % 9)},00${i % 10}"`;
    });
    const content = ['编号,签约日期,已付金额,更新日期,合同金额,件数', ...lines].join('\n');
    const { version } = await register(content);

    expect(version.columns.map(({ type, meaning }) => [type, meaning])).toEqual([
      ...[
        ['INTEGER', 'QUANTITY'],
        ['DATE', 'DATE'],
        ['DECIMAL', 'AMOUNT'],
        ['DATE', 'DATE'],
        ['DECIMAL', 'AMOUNT'],
        // As a list of codes would be written.
        ['TEXT', 'AMOUNT'],
      ],
    ]);
    expect(columnOf(version, '签约日期')).toMatchObject({ minimum: '2025-03-01', maximum: '2025-03-28' });
    expect(columnOf(version, '已付金额')).toMatchObject({ minimum: '0.25', maximum: '10999.25' });
    expect(asCounted(version)).toEqual(await countedByDatabase(version));
    expect(profiled(content).answer).toMatchObject(asProfiled(version));

    const confirmed = await confirm(version.id, [{ name: '件数', type: 'DECIMAL' }]);
    expect(columnOf(confirmed, '件数')).toMatchObject({ type: 'DECIMAL', minimum: '1000', maximum: '9009' });
    expect(columnOf(confirmed, '件数')).toMatchObject({ meaning: 'AMOUNT', mean: expect.any(String) });
    expect(columnOf(confirmed, '更新日期')).toMatchObject({ minimum: '2024-01-01', maximum: '2024-12-28' });
    expect(asCounted(confirmed)).toEqual(await countedByDatabase(confirmed));
  });

  describe('of a large file, which is surveyed in a thread', () => {
    const rows = Array.from(
      { length: 120_000 },
      (_, i) => `${i},${i % 7}.${i % 10},企业${i % 30_000}有限公司,${i % 97},${'备注'.repeat(20)}`,
    );
    const fileOf = (lines: readonly string[]) => ['编号,金额,名称,等级,备注', ...lines].join('\n');
    expect(Buffer.byteLength(fileOf(rows))).toBeGreaterThan(17_000_000);

    it('counts exactly, and as `pdx dataset profile` does', async () => {
      const { version } = await register(fileOf(rows), { subjectColumn: '编号' });

      expect(version.rowCount).toBe('120000');
      expect(asCounted(version)).toEqual(await countedByDatabase(version));
      expect(profiled(fileOf(rows)).answer).toMatchObject(asProfiled(version));
    });

    // PostgreSQL comes upon an early one before the thread has begun.
    it.each([10_000, 120_000])('reads it again where row %i is other than the first ones', async (place) => {
      const { version } = await register(fileOf(rows.toSpliced(place, 0, '甲,1,乙,3,丙')));

      expect(columnOf(version, '编号')).toMatchObject({ type: 'TEXT', distinctValues: '120001' });
      expect(asCounted(version)).toEqual(await countedByDatabase(version));
    });

    // Whoever surveys is ahead by then, and comes upon the zero while nobody waits for it any more.
    it('outlives what is broken soon behind a cell that does not fit', async () => {
      const broken = rows.toSpliced(10_000, 0, '甲,1,乙,3,丙').toSpliced(11_000, 0, '1,2,\0,4,5');

      await expect(register(fileOf(broken))).rejects.toThrow('Line 11002');
      await expect(register(fileOf(broken))).rejects.toThrow('Line 11002');
    });

    it('refuses a type that a cell does not fit, and a row that is broken, by their lines', async () => {
      const { version } = await register(fileOf([...rows, '甲,1,乙,A,丙']));
      const choice = { datasetVersionId: version.id, columns: [{ name: '等级', type: 'INTEGER' }] };

      await expect(confirm(version.id, choice.columns)).rejects.toThrow('Line 120002');
      await expect(register(fileOf([...rows, '1,2,3']))).rejects.toThrow('Line 120002');
    });
  });

  it('lets the provider say what a column is, and reads the file again for it', async () => {
    const { version } = await register('电话,编号,等级\n13800138000,1,A\n13900139000,2,B\n');
    expect(columnOf(version, '电话')).toMatchObject({ isPersonal: true, proposedShare: '1' });

    const confirmed = await confirm(version.id, [
      { name: '电话', isPersonal: false, type: 'INTEGER' },
      { name: '等级', meaning: 'CODE' },
    ]);
    expect(columnOf(confirmed, '电话')).toMatchObject({
      ...{ type: 'INTEGER', isPersonal: false, meaning: 'MOBILE_PHONE', proposedMeaning: 'MOBILE_PHONE' },
      ...{ minimum: '13800138000', maximum: '13900139000', mean: '13850138500' },
    });
    expect(columnOf(confirmed, '等级')).toMatchObject({
      ...{ meaning: 'CODE', proposedMeaning: 'FREE_TEXT' },
      frequentValues: [
        { value: 'A', rows: '1' },
        { value: 'B', rows: '1' },
      ],
    });
    expect(asCounted(confirmed)).toEqual(await countedByDatabase(confirmed));
  });

  it('takes a meaning that says no more than the type along with the type', async () => {
    const { version } = await register('余额,件数,单价\n-¥3.50,"1,234",12元\n--,3,13元\n');
    expect(version.columns.map(({ type, meaning }) => [type, meaning])).toEqual([
      ['TEXT', 'FREE_TEXT'],
      ['TEXT', 'FREE_TEXT'],
      ['DECIMAL', 'QUANTITY'],
    ]);

    const confirmed = await confirm(version.id, [
      { name: '件数', type: 'DECIMAL' },
      { name: '单价', type: 'TEXT' },
    ]);
    expect(confirmed.columns.map(({ type, meaning }) => [type, meaning])).toEqual([
      ['TEXT', 'FREE_TEXT'],
      ['DECIMAL', 'QUANTITY'],
      ['TEXT', 'FREE_TEXT'],
    ]);
  });

  it('keeps nothing of what a column holds that the provider says identifies natural persons', async () => {
    const { version } = await register('昵称,年龄\n张三,40\n李四,30\n');
    expect(columnOf(version, '昵称')).toMatchObject({ isPersonal: false, minimum: '张三', longest: 2 });

    const confirmed = await confirm(version.id, [
      { name: '昵称', isPersonal: true },
      { name: '年龄', isPersonal: true },
    ]);
    for (const name of ['昵称', '年龄'])
      expect(columnOf(confirmed, name)).toMatchObject({
        ...{ type: 'TEXT', isPersonal: true, nulls: '0', distinctValues: '2', frequentValues: [] },
        ...{ minimum: null, maximum: null, mean: null, shortest: null, longest: null },
      });
    const { rows } = await exchange.owner.query<{ c1: string }>(
      `SELECT c1 FROM dataset_row.v_${version.id.replaceAll('-', '')} LIMIT 1`,
    );
    expect(rows[0]?.c1).toMatch(/^[0-9a-f]{64}$/);
  });

  it('never keeps in clear what is called like a person’s, until the provider says that it may', async () => {
    const csv =
      '编号,企业名称,法定代表人,联系电话\n1,甲公司,张三,0532-88886666\n2,乙公司,李四,0532-88886667\n';
    const { id, version } = await register(csv);
    const stored = async ({ id: versionId }: Version) => {
      const { rows } = await exchange.owner.query<Record<'c2' | 'c3' | 'c4', string>>(
        `SELECT c2, c3, c4 FROM dataset_row.v_${versionId.replaceAll('-', '')} ORDER BY row_number LIMIT 1`,
      );
      return rows[0];
    };
    const pseudonym = expect.stringMatching(/^[0-9a-f]{64}$/) as unknown;
    expect(version.columns.map(({ isPersonal, minimum }) => [isPersonal, minimum])).toEqual([
      ...[
        [false, '1'],
        [false, '乙公司'],
        [true, null],
        [true, null],
      ],
    ]);
    expect(await stored(version)).toEqual({ c2: '甲公司', c3: pseudonym, c4: pseudonym });

    // The register of enterprises is public.
    const confirmed = await confirm(version.id, [{ name: '法定代表人', isPersonal: false }]);
    expect(columnOf(confirmed, '法定代表人')).toMatchObject({ isPersonal: false, minimum: '张三' });
    expect(await stored(confirmed)).toEqual({ c2: '甲公司', c3: '张三', c4: pseudonym });

    const next = await addVersion(id, csv.replace('张三', '王五'));
    expect(next.columns.map(({ isPersonal }) => isPersonal)).toEqual([false, false, false, true]);
    expect(await stored(next)).toEqual({ c2: '甲公司', c3: '王五', c4: pseudonym });
  });

  it('never lets resident ids be anything but personal', async () => {
    const { version } = await register('证件\n11010519491231002X\n');

    expect(await refusalOf(confirm(version.id, [{ name: '证件', isPersonal: false }]))).toBe(
      'INVALID_INPUT columns[0].isPersonal',
    );
    expect(await refusalOf(confirm(version.id, [{ name: '证件', type: 'INTEGER' }]))).toBe(
      'INVALID_INPUT columns[0].type',
    );
    const confirmed = await confirm(version.id, [{ name: '证件', meaning: 'FREE_TEXT', isPersonal: false }]);
    expect(columnOf(confirmed, '证件')).toMatchObject({ minimum: '11010519491231002X', isPersonal: false });
    await expect(
      exchange.owner.query(
        `UPDATE dataset_column SET meaning = 'RESIDENT_ID' WHERE dataset_version_id = $1`,
        [(await register('证件\n1\n')).version.id],
      ),
    ).rejects.toThrow('dataset_column_resident_id_is_personal');
  });

  it('remembers what the provider has said as long as a column looks the same', async () => {
    const { id, version } = await register('电话,证件\n13800138000,甲\n');
    await confirm(version.id, [
      { name: '电话', isPersonal: false },
      { name: '证件', meaning: 'CODE' },
    ]);

    const second = await addVersion(id, '电话,证件\n13900139000,乙\n');
    expect(columnOf(second, '电话')).toMatchObject({ isPersonal: false, meaning: 'MOBILE_PHONE' });
    expect(columnOf(second, '证件')).toMatchObject({ isPersonal: false, meaning: 'CODE' });
    await confirm(second.id);
    const third = await addVersion(id, '电话,证件\n13900139001,11010519491231002X\n');
    expect(columnOf(third, '证件')).toMatchObject({
      isPersonal: true,
      meaning: 'RESIDENT_ID',
      minimum: null,
    });
  });

  interface Differences {
    readonly first: readonly object[];
  }
  const differences = async (login: string, id: string, more = '') => {
    const { datasetVersionDifferences } = await (
      await exchange.as(login)
    ).query<{ datasetVersionDifferences: Differences | null }>(
      `{ datasetVersionDifferences(datasetVersionId: "${id}" ${more}) {
           matchedBy subjectColumn added removed changed inBoth comparedColumns first { kind subject rowBefore rowAfter columns } } }`,
    );
    return datasetVersionDifferences;
  };

  it('tells what a version holds otherwise than the one before, subject by subject', async () => {
    const { id, version } = await register('代码,金额,备注\nA,1.50,x\nB,2,y\nC,3,\nD,4,z\n', {
      subjectColumn: '代码',
    });
    await confirm(version.id);
    const second = await addVersion(
      id,
      '备注,代码,金额,新\nz,D,4.00,1\n,E,5,1\nx,A,1.5,1\ny,B,2.01,1\nw,C,30,1\n',
    );
    await confirm(second.id);

    const matched = { matchedBy: 'SUBJECT_COLUMN', subjectColumn: '代码' };
    expect(await differences('provider', second.id)).toEqual({
      ...matched,
      ...{ added: '1', removed: '0', changed: '2', inBoth: '4', comparedColumns: ['备注', '代码', '金额'] },
      first: [
        { kind: 'ADDED', subject: 'E', rowBefore: null, rowAfter: '2', columns: [] },
        { kind: 'CHANGED', subject: 'B', rowBefore: '2', rowAfter: '4', columns: ['金额'] },
        { kind: 'CHANGED', subject: 'C', rowBefore: '3', rowAfter: '5', columns: ['备注', '金额'] },
      ],
    });
    const third = await addVersion(id, '代码,金额\nA,甲\n', { personalColumns: ['代码'] });
    expect(await differences('provider', third.id, 'first: 1')).toEqual({
      ...matched,
      ...{ added: '0', removed: '4', changed: '1', inBoth: '1', comparedColumns: ['金额'] },
      first: [
        { kind: 'CHANGED', subject: null, rowBefore: '3', rowAfter: '1', columns: ['金额'] },
        { kind: 'REMOVED', subject: null, rowBefore: '1', rowAfter: null, columns: [] },
      ],
    });
    expect(await differences('provider', third.id, `comparedWith: "${version.id}"`)).toMatchObject({
      removed: '3',
    });
    // A first version, another dataset’s, another party’s.
    expect(await differences('provider', version.id)).toBeNull();
    const other = await register('a\n1\n');
    expect(await differences('provider', third.id, `comparedWith: "${other.version.id}"`)).toBeNull();
    expect(await differences('provider-2', second.id)).toBeNull();
  });

  it('says that rows were matched by their numbers, and proposes the column that could have', async () => {
    const files = ['金额,代码,名\n1.5,A,甲\n2.5,B,乙\n', '金额,代码,名\n3.5,C,丙\n1.5,A,甲\n2.5,B,乙\n'];
    const [first = '', second = ''] = files;
    const unkeyed = await register(first);
    const proposed = async (id: string) => {
      const { datasets } = await (
        await exchange.as('provider')
      ).query<{ datasets: { edges: { node: { id: string; versions: object[] } }[] } }>(
        '{ datasets(first: 100) { edges { node { id versions { subjectColumn proposedSubjectColumn } } } } }',
      );
      return datasets.edges.find(({ node }) => node.id === id)?.node.versions;
    };
    // A decimal names nothing, though each is another.
    expect(await proposed(unkeyed.id)).toEqual([{ subjectColumn: null, proposedSubjectColumn: '代码' }]);
    const twice = await register('代码,名\nA,甲\nA,乙\n,乙\n');
    expect(await proposed(twice.id)).toEqual([{ subjectColumn: null, proposedSubjectColumn: null }]);
    await confirm(unkeyed.version.id);
    expect(await proposed(unkeyed.id)).toEqual([{ subjectColumn: null, proposedSubjectColumn: null }]);
    const later = await addVersion(unkeyed.id, second);
    // All rows have moved by one.
    expect(await differences('provider', later.id)).toMatchObject({
      ...{ matchedBy: 'ROW_NUMBER', subjectColumn: null, added: '1', changed: '2' },
    });

    const keyed = await register(first);
    const refused = async (subjectColumn: string, datasetVersionId = keyed.version.id) =>
      refusalOf(
        exchange.act(
          'provider',
          'confirmColumns',
          { datasetVersionId, subjectColumn },
          'DatasetVersion { id }',
        ),
      );
    expect(await refused('z')).toBe('COLUMN_UNKNOWN subjectColumn');
    expect(await refused('代码', later.id)).toBe('INVALID_INPUT subjectColumn');
    await exchange.confirmColumns('provider', { datasetVersionId: keyed.version.id, subjectColumn: '代码' });
    expect(await proposed(keyed.id)).toEqual([{ subjectColumn: '代码', proposedSubjectColumn: null }]);
    const next = await addVersion(keyed.id, second);
    expect(await differences('provider', next.id)).toMatchObject({
      ...{ matchedBy: 'SUBJECT_COLUMN', subjectColumn: '代码', added: '1', changed: '0', inBoth: '2' },
    });

    // A column that is no key is none by being called one.
    await expect(
      exchange.confirmColumns('provider', { datasetVersionId: twice.version.id, subjectColumn: '代码' }),
    ).rejects.toMatchObject({ code: 'SUBJECT_MISSING', path: 'line 4' });
  });

  it('counts what differs as it is, however many rows', async () => {
    const random = new SeededRandom(11);
    const row = (key: number) => [`k${key}`, String(random.whole(0, 3)), random.oneOf(['', 'a', 'b'])];
    const table = (from: number, to: number) =>
      new Map(Array.from({ length: to - from }, (_, i) => [from + i, row(from + i)]));
    const [before, after] = [table(0, 900), table(300, 1100)];
    const header = ['k', 'n', 't'];
    const { id, version } = await register(csvOf([...before.values()], header), { subjectColumn: 'k' });
    await confirm(version.id);
    const second = await addVersion(id, csvOf([...after.values()].reverse(), header));

    const inBoth = [...after.keys()].filter((key) => before.has(key));
    const isOther = (key: number) => JSON.stringify(before.get(key)) !== JSON.stringify(after.get(key));
    expect(await differences('provider', second.id)).toMatchObject({
      ...{ added: '200', removed: '300', inBoth: '600', changed: String(inBoth.filter(isOther).length) },
    });
  });

  const profiled = (content: string | Uint8Array) => {
    const folder = mkdtempSync(join(tmpdir(), 'pdx-profiled-'));
    const file = join(folder, 'table');
    writeFileSync(file, content);
    const main = join(import.meta.dirname, '../../dist/apps/pdx/src/main.js');
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [main, 'dataset', 'profile', file, '--json'],
      { encoding: 'utf8', maxBuffer: 1e8 },
    );
    rmSync(folder, { recursive: true });
    return { status, answer: JSON.parse(stdout || stderr) as object };
  };
  /** What the command says, as the exchange has it. */
  const asProfiled = ({ fileFormat, encoding, rowCount, columns }: Version) => ({
    ...{ fileFormat, encoding, rows: Number(rowCount) },
    columns: columns.map((column) => ({
      ...{ name: column.name, type: column.type, meaning: column.meaning },
      ...{ meaningShare: column.proposedShare, isPersonal: column.isPersonal },
      ...{ nulls: Number(column.nulls), distinct: Number(column.distinctValues) },
      ...{ min: column.minimum, max: column.maximum, mean: column.mean },
      ...{ shortest: column.shortest, longest: column.longest },
      frequentValues: column.frequentValues.map(({ value, rows }) => ({ value, rows: Number(rows) })),
    })),
  });

  it('is what `pdx dataset profile` says without an exchange', async () => {
    const content = csvOf(givenTable(6000));
    const { version } = await register(content);

    const { status, answer } = profiled(content);
    expect(status).toBe(0);
    expect(answer).toMatchObject(asProfiled(version));
    expect(answer).toMatchObject({
      quality: {
        completeness: expect.arrayContaining([{ column: '空列', present: 0, rows: 6000 }]) as unknown,
      },
    });
    expect(profiled('')).toMatchObject({
      ...{ status: 1, answer: { error: { code: 'UPLOAD_EMPTY', path: 'file' } } },
    });
    expect(profiled('a,b\n1\n')).toEqual({
      status: 1,
      answer: {
        error: {
          code: 'BROKEN_ROW',
          message: 'Line 2: has 1 cells where the header has 2',
          path: 'line 2',
        },
      },
    });
  });

  it('reads the same table whatever holds it', async () => {
    const rows = givenTable(50);
    const lines = rows.map((row) =>
      JSON.stringify(
        Object.fromEntries(TABLE_HEADER.map((name, i) => [name, row[i] === '' ? null : row[i]])),
      ),
    );
    const columnData = TABLE_HEADER.map((name, i) => ({
      name,
      data: rows.map((row) => row[i] || null),
      type: 'STRING' as const,
    }));
    const written = {
      CSV: csvOf(rows),
      TSV: csvOf(rows).replaceAll('a,b', 'a b').replaceAll(',', '\t'),
      JSON_LINES: lines.join('\n'),
      PARQUET: new Uint8Array(parquetWriteBuffer({ columnData })),
    };
    const asCsv = await register(written.CSV);
    for (const [fileFormat, content] of Object.entries(written)) {
      const { version } = await register(content);
      expect(version).toMatchObject({ fileFormat, encoding: 'UTF-8', rowCount: '50' });
      const same = fileFormat === 'TSV' ? (one: Column) => one.name !== '备注' : () => true;
      expect(version.columns.filter(same)).toEqual(asCsv.version.columns.filter(same));
      expect(profiled(content).answer).toMatchObject(asProfiled(version));
    }
    // Read again in the same format.
    const { version } = await register(written.JSON_LINES);
    const confirmed = await confirm(version.id, [{ name: '员工数', type: 'DECIMAL' }]);
    expect(asCounted(confirmed)).toEqual(await countedByDatabase(confirmed));
    expect(await refusalOf(register('{"a": {"b": 1}}'))).toBe('NESTED_VALUE line 1, a');
  });

  for (const file of realDataFiles())
    it(`profiles ${file.split('/').at(-1) ?? ''} exactly`, async () => {
      const content = Uint8Array.from(readFileSync(file));
      const { version } = await register(content);

      expect(profiled(content).answer).toMatchObject(asProfiled(version));
      expect(asCounted(version)).toEqual(await countedByDatabase(version));
    });
});
