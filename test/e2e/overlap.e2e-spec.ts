import { randomUUID } from 'node:crypto';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { type LikelyOverlap, OverlapService } from '#libs/asset';
import { bytesOf, ContentSketcher, sketchKeyOf, SKETCH_VERSION } from '#libs/dataset';
import { newId } from '#libs/foundation';
import { KeyRing } from '#libs/keys';

import { countStatements } from '../support/count-statements.ts';
import { refusalOf, startExchange, type TestExchange } from '../support/start-exchange.ts';

const MATERIALS = {
  subject: '主体',
  lawfulSource: '来源',
  resource: '资源',
  evidence: '存证',
  productsAndServices: '产品',
  scenarios: '场景',
  riskAssessment: '评估',
};
const OVERLAPS = `likelyOverlaps {
  asset { id name } provider { id name } registrationId name score nameScore schemaScore contentScore containment
  evidence { kind text own theirs score }
}`;

interface Overlap extends Omit<LikelyOverlap, 'evidence'> {
  readonly evidence: {
    readonly kind: string;
    readonly text: string;
    readonly own: string;
    readonly theirs: string;
  }[];
  readonly asset: { readonly id: string; readonly name: string };
  readonly provider: { readonly id: string; readonly name: string };
}
interface Filed {
  readonly id: string;
  readonly assetId: string;
}

const HEADER = ['船名', '船舶编号', '总吨', '检验日期', '船籍'];
const vessels = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => {
    const n = from + i;
    const day = `2024-0${(n % 9) + 1}-${String((n % 27) + 1).padStart(2, '0')}`;
    return [`样例渔${n}号`, `V${n * 7919}`, (n * 1.5).toFixed(1), day, ['甲港', '乙港', '丙港'][n % 3] ?? ''];
  });
const csv = (header: readonly string[], rows: readonly (readonly string[])[]) =>
  `${[header, ...rows].map((cells) => cells.join(',')).join('\n')}\n`;
const gb18030 = (text: string) => {
  // Every character that the file has, found by decoding all pairs of bytes once: Node decodes GB18030 only.
  const bytes = new Map<string, number[]>();
  const decoder = new TextDecoder('gb18030');
  for (let a = 0x81; a <= 0xfe; a++)
    for (let b = 0x40; b <= 0xfe; b++) bytes.set(decoder.decode(Uint8Array.of(a, b)), [a, b]);
  return Uint8Array.from(
    Array.from(text).flatMap((c) => (c < '\x80' ? [c.charCodeAt(0)] : (bytes.get(c) ?? []))),
  );
};

describe('likely overlaps', () => {
  let exchange: TestExchange;
  let registryId: string;
  let vesselAsset: Filed;
  let datasets = 0;
  beforeAll(async () => {
    exchange = await startExchange();
    const { parties } = await (
      await exchange.as('provider')
    ).query<{ parties: { edges: { node: { id: string } }[] } }>(
      '{ parties(kind: REGISTRY) { edges { node { id } } } }',
    );
    registryId = parties.edges[0]?.node.id ?? '';
    vesselAsset = await file('provider', '渔船检验信息', csv(HEADER, vessels(0, 1000)));
  });
  afterAll(() => exchange.stop());

  /** A first registration, up to the registry's desk. */
  const file = async (login: string, name: string, content: string | Uint8Array<ArrayBuffer>, more = {}) => {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    const upload = await (await exchange.as(login)).upload(`f${++datasets}.csv`, bytes);
    const { version } = await exchange.load<{ version: { id: string } }>(
      login,
      'registerDataset',
      { name: `${name}${datasets}`, description: '', uploadId: upload.id, ...more },
      'version { id }',
    );
    const datasetVersionId = version.id;
    await exchange.confirmColumns(login, { datasetVersionId });
    const deposit = await exchange.act<{ id: string }>(
      login,
      'depositEvidence',
      { uploadId: upload.id, title: name },
      'EvidenceDeposit { id }',
    );
    const evidence = [{ depositId: deposit.id, subject: 'DATA' }];
    const filed = await exchange.act<Filed>(
      login,
      'prepareRegistration',
      { datasetVersionId, registryId, name, overview: name, materials: MATERIALS, evidence },
      'Registration { id assetId }',
    );
    await act(`${login}-chief`, 'submitRegistration', filed.id);
    return filed;
  };
  const act = (login: string, field: string, registrationId: string, more: object = {}) =>
    exchange.act<{ id: string; state: string }>(
      login,
      field,
      { registrationId, ...more },
      'Registration { id state }',
    );
  const overlapsOf = async (login: string, { id }: { id: string }) => {
    const { registration } = await (
      await exchange.as(login)
    ).query<{ registration: { likelyOverlaps: Overlap[] | null } | null }>(
      `{ registration(id: "${id}") { ${OVERLAPS} } }`,
    );
    return registration?.likelyOverlaps;
  };
  const withVessels = async (filed: Filed) =>
    (await overlapsOf('registry', filed))?.find(({ asset }) => asset.id === vesselAsset.assetId);
  const letGo = (login: string, { id }: Filed) =>
    act(`${login}-chief`, 'withdrawRegistration', id, { reason: '测试结束' });

  it('find the same data of another provider under another name, with rows and columns shuffled', async () => {
    const rows = vessels(0, 1000)
      .toReversed()
      .map((row) => row.toReversed());
    const copy = await file('provider-2', '海洋捕捞许可台账', csv(HEADER.toReversed(), rows));

    const [first, ...others] = (await overlapsOf('registry', copy)) ?? [];
    expect(first).toMatchObject({
      asset: { id: vesselAsset.assetId, name: '渔船检验信息' },
      registrationId: vesselAsset.id,
      name: '渔船检验信息',
      schemaScore: 1,
      contentScore: 1,
      containment: 1,
    });
    expect(first?.score).toBeGreaterThanOrEqual(0.95);
    expect(first?.provider.name).toBeTruthy();
    expect(first?.nameScore).toBeLessThan(0.3);
    expect(first?.evidence[0]).toMatchObject({ kind: 'ROWS', score: 1 });
    expect(first?.evidence[0]?.text).toMatch('约 100% 的本申请数据行见于对方');
    expect(
      first?.evidence.filter(({ kind }) => kind === 'COLUMN').map(({ own, theirs }) => [own, theirs]),
    ).toEqual(expect.arrayContaining(HEADER.map((name) => [name, name])));
    // The sample exchange has nothing like it.
    expect(others).toEqual([]);
    // From the other side it is the same overlap.
    const back = (await overlapsOf('registry', vesselAsset))?.find(({ asset }) => asset.id === copy.assetId);
    expect(back).toMatchObject({ score: first?.score, contentScore: 1, registrationId: copy.id });
    await letGo('provider-2', copy);
    expect(await overlapsOf('registry', vesselAsset)).toEqual([]);
  });

  it('are shown to officer and reviewer of the registry and to the regulator, and to nobody else', async () => {
    const copy = await file('provider-2', '渔船台账', csv(HEADER, vessels(0, 1000)));

    for (const login of ['registry', 'reviewer', 'regulator'])
      expect(await overlapsOf(login, copy)).toMatchObject([{ contentScore: 1 }]);
    for (const login of ['provider-2', 'provider-2-chief']) expect(await overlapsOf(login, copy)).toBeNull();
    expect(await overlapsOf('provider', copy)).toBeUndefined();
    const { rows } = await exchange.owner.query<{ party_id: string }>(
      `SELECT party_id FROM person WHERE login = 'provider-2'`,
    );
    const overlaps = exchange.service.app.get(OverlapService);
    for (const roles of [['DATA_SPECIALIST'], ['OPERATOR'], ['REGISTRY_OFFICER']])
      expect(await overlaps.likelyOf({ partyId: rows[0]?.party_id ?? '', roles }, [copy.id])).toEqual([null]);
    await letGo('provider-2', copy);
  });

  it('find half of the rows, however they are encoded', async () => {
    const half = await file('provider-3', '渔船抽查结果', gb18030(csv(HEADER, vessels(0, 500))));

    const overlap = await withVessels(half);
    expect(overlap?.containment).toBe(1);
    expect(overlap?.contentScore).toBeGreaterThan(0.4);
    expect(overlap?.contentScore).toBeLessThan(0.6);
    expect(overlap?.evidence[0]?.own).toMatch(/^约 [45]\d\d 个不同的数据行$/);
    await letGo('provider-3', half);
  });

  it('find the same content whatever it is encoded as, and however its numbers and days are written', async () => {
    const written = vessels(0, 1000).map(([name = '', number = '', tons = '', day = '', port = '']) => [
      name.toUpperCase(),
      `  ${number.toLowerCase()}`,
      Number(tons) % 1 === 0 ? String(Number(tons)) : `${tons}0`,
      day.replaceAll('-', '/'),
      port,
    ]);
    const copy = await file('provider-2', '渔船信息', gb18030(csv(HEADER, written)));

    expect(await withVessels(copy)).toMatchObject({ contentScore: 1 });
    await letGo('provider-2', copy);
  });

  it('compare values of a personal column without storing one', async () => {
    const copy = await file('provider-2', '船名册', csv(HEADER, vessels(0, 1000)), {
      personalColumns: ['船名', '船舶编号'],
    });

    expect(await withVessels(copy)).toMatchObject({ contentScore: 1 });
    await letGo('provider-2', copy);
  });

  it('are none where nothing is alike, and weak where only name and columns are', async () => {
    const unrelated = await file(
      'provider-4',
      '停车场泊位',
      csv(
        ['场名', '泊位'],
        [
          ['东站', '3'],
          ['西站', '9'],
        ],
      ),
    );
    const edition = await file('provider-4', '渔船检验信息', csv(HEADER, vessels(50_000, 51_000)));

    expect(await overlapsOf('registry', unrelated)).toEqual([]);
    const overlap = await withVessels(edition);
    expect(overlap?.score).toBeGreaterThan(0.4);
    expect(overlap?.score).toBeLessThan(0.6);
    expect(overlap?.contentScore).toBeLessThan(0.3);
    expect(overlap?.evidence.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['NAME', 'COLUMN']));
    await letGo('provider-4', unrelated);
    await letGo('provider-4', edition);
  });

  it('have to be explained before what overlaps strongly is accepted, and the reason is for who checks', async () => {
    const copy = await file('provider-2', '渔船副本', csv(HEADER, vessels(0, 1000)));
    const accept = (reason?: string) =>
      act('registry', 'decideAcceptance', copy.id, { decision: 'ACCEPTED', reason });

    await expect(accept()).rejects.toMatchObject({
      code: 'OVERLAP_NOT_EXPLAINED',
      path: 'reason',
      message: expect.stringContaining(`渔船检验信息 (${vesselAsset.assetId}, 1)`),
    });
    expect(await refusalOf(accept('  '))).toBe('INVALID_INPUT reason');
    expect((await accept('两家共同采集，各自登记')).state).toBe('ACCEPTED');
    const explained = async (login: string) => {
      const { registration } = await (
        await exchange.as(login)
      ).query<{ registration: { reason: string | null; overlapExplanations: object[] } }>(
        `{ registration(id: "${copy.id}") { reason overlapExplanations { reason overlapping { assetId score } } } }`,
      );
      return registration;
    };
    const explanation = {
      reason: '两家共同采集，各自登记',
      overlapping: [{ assetId: vesselAsset.assetId, score: 1 }],
    };
    for (const login of ['registry', 'reviewer', 'regulator'])
      expect((await explained(login)).overlapExplanations).toEqual([explanation]);
    expect(await explained('provider-2')).toEqual({ reason: null, overlapExplanations: [] });
    await letGo('provider-2', copy);
    // To return it needs a reason of its own, and no explanation.
    const other = await file('provider-3', '渔船又一份', csv(HEADER, vessels(0, 1000)));
    expect(
      (await act('registry', 'decideAcceptance', other.id, { decision: 'RETURNED', reason: '缺材料' })).state,
    ).toBe('RETURNED');
    await letGo('provider-3', other);
  });

  it('compare a version from before there were sketches by name and columns', async () => {
    const copy = await file('provider-2', '渔船检验信息', csv(HEADER, vessels(0, 1000)));
    await exchange.owner.query('ALTER TABLE content_sketch DISABLE TRIGGER content_sketch_append_only');
    await exchange.owner.query(
      `DELETE FROM content_sketch WHERE dataset_version_id = (SELECT dataset_version_id FROM asset WHERE id = $1)`,
      [copy.assetId],
    );

    expect(await withVessels(copy)).toMatchObject({
      score: 0.5,
      nameScore: 1,
      schemaScore: 1,
      contentScore: null,
      containment: null,
    });
    await letGo('provider-2', copy);
  });

  it('are found among a thousand registered assets by as many statements as among a dozen', async () => {
    const copy = await file('provider-5', '码头泊位台账', csv(['码头', '水深'], berths(777)));
    const context = { partyId: registryId, roles: ['REGISTRY_OFFICER'] };
    const counted = (ids: string[]) =>
      countStatements(() => exchange.service.app.get(OverlapService).likelyOf(context, ids));
    const before = await counted([copy.id]);
    const assetIds = await givenAssets(1000);

    const after = await counted([copy.id]);
    expect(before.found).toEqual([[]]);
    expect(before.count).toBeGreaterThan(3);
    expect(after.count).toBe(before.count);
    expect((await counted([copy.id, vesselAsset.id, randomUUID()])).count).toBe(before.count);
    const [found] = after.found;
    expect(found?.[0]).toMatchObject({ assetId: assetIds[777], contentScore: 1 });
    expect(found?.[0]?.score).toBeGreaterThanOrEqual(0.95);
    expect(found?.length).toBeLessThanOrEqual(50);
    expect(found?.filter(({ score }) => score >= 0.8)).toHaveLength(1);
  });

  const berths = (n: number) =>
    Array.from({ length: 40 }, (_, i) => [`B${n}-${i}`, String(((n * 40 + i) * 31) % 977)]);

  /** Registered, all of one form, as the superuser: the tests are about finding them. */
  const givenAssets = async (count: number) => {
    const key = sketchKeyOf(new KeyRing(join(exchange.filesDir, 'keys')).contentSketchSecret);
    const made = Array.from({ length: count }, (_, n) => {
      const sketcher = new ContentSketcher(key, 2);
      for (const row of berths(n)) sketcher.see(row);
      const { rows, columns } = sketcher.sketch;
      const version = newId();
      const sketches = [rows, ...columns].map((sketch, position) => ({
        version,
        position,
        distinct: sketch.length,
        hashes: `\\x${bytesOf(sketch).toString('hex')}`,
        keys: sketch.slice(0, position === 0 ? 256 : 16),
      }));
      return { asset: newId(), dataset: newId(), version, name: `码头泊位${n}`, sketches };
    });
    const { owner } = exchange;
    const data = JSON.stringify(made);
    const from = `FROM jsonb_to_recordset($1::jsonb) AS made (asset uuid, dataset uuid, version uuid, name text, sketches jsonb)`;
    const party = `(SELECT party_id FROM person WHERE login = 'provider-6')`;
    const insert = (sql: string) => owner.query(sql, [data]);
    await insert(`INSERT INTO dataset SELECT dataset, ${party}, name, '', now() ${from}`);
    await insert(
      `INSERT INTO dataset_version SELECT version, dataset, ${party}, 1, (SELECT id FROM upload LIMIT 1), 'UTF-8', ',', 40,
              NULL, 'LOADED', now(), NULL, sha256('') ${from}`,
    );
    await insert(
      `INSERT INTO dataset_column (dataset_version_id, position, provider_id, name, type, is_personal)
       SELECT version, place, ${party}, column_name, 'TEXT', false ${from},
              unnest(ARRAY['码头', '水深']) WITH ORDINALITY AS named (column_name, place)`,
    );
    await insert(
      `INSERT INTO asset SELECT asset, version, ${party}, name, name, 'REGISTERED', now() ${from}`,
    );
    await insert(
      `INSERT INTO content_sketch
       SELECT sketch.version, position, ${SKETCH_VERSION}, ${key.id}, "distinct", hashes, keys ${from},
              jsonb_to_recordset(sketches) AS sketch (version uuid, position integer, "distinct" bigint, hashes bytea, keys bigint[])`,
    );
    await insert(
      `INSERT INTO content_sketch_key
       SELECT DISTINCT key::bigint, version ${from},
              jsonb_path_query(sketches, '$[*].keys[*]') AS key`,
    );
    return made.map(({ asset }) => asset);
  };
});
