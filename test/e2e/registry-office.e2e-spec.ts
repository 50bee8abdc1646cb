import { createHash } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { addDays, canonicalJson, Clock, legalDayOf, newId, startOfLegalDay } from '#libs/foundation';
import { YearlyReportDuty } from '#libs/registry-office';

import { SAMPLE_PASSWORD } from '../../apps/pdx/src/sample/sample-parties.ts';
import type { Service } from '../../apps/pdx/src/serve.ts';
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
const FILE = `entitlement parts openUntil track type state applicantId retainUntil
  application { name materialsJson formJson submittedAt }
  evidence { subject deposit { uploadId sha256 } }
  acts { number action doneBy doneAt stateBefore stateAfter reason }
  deadlines { kind due closedAt }
  objections { objectorKind state lodgedAt decisionReason }
  certificates { queryCode validUntil end { cause } }
  registerEntries { number act factsJson }`;
const FIGURES = `year asOf
  applications { track type received resubmitted accepted acceptedBySilence returned notAccepted refused withdrawn
                 terminatedByObjection terminatedOtherwise registered cancelled }
  deadlines { track kind met missed running medianWorkingDays longestWorkingDays }
  registers { track certificatesIssued certificatesInForce lapsed revoked objectionsLodged objectionsUpheld
              objectionsDismissed objectionsFallenAway laterObjectionsNotified }
  inspections { requested granted declined looks }`;
const REPORT = `id registryId year state document sha256 text preparedAt submittedAt figures { ${FIGURES} }`;

interface File {
  entitlement: string;
  parts: string[] | null;
  openUntil: string | null;
  applicantId: string;
  retainUntil: string;
  application: { name: string; materialsJson: string | null; formJson: string | null } | null;
  evidence: { deposit: { uploadId: string } }[] | null;
  acts: { action: string | null; doneBy: string; doneAt: string; stateAfter: string }[] | null;
  deadlines: { kind: string }[] | null;
  objections: { objectorKind: string; state: string }[] | null;
  certificates: { queryCode: string; validUntil: string }[];
}
interface Look {
  partyId: string;
  entitlement: string;
  purpose: string | null;
  uploadId: string | null;
}
interface Report {
  id: string;
  year: number;
  state: string;
  document: string;
  sha256: string;
  text: string;
  figures: Figures;
}
interface Figures {
  applications: Record<string, number | string>[];
  deadlines: { track: string; kind: string; met: number; missed: number; longestWorkingDays: number }[];
  registers: Record<string, number | string>[];
  inspections: Record<string, number>;
}

/** What a registry owes by itself. The clock only goes forward, so the tests are in the order of time. */
describe('the registry’s office', () => {
  let exchange: TestExchange;
  let another: Service;
  let files = 0;
  let registryId: string;
  let reported: number;
  beforeAll(async () => {
    exchange = await startExchange();
    another = await exchange.startAnother(['worker']);
    registryId = await partyOf('registry');
    // Whenever this runs, it has a whole year before it; what the sample exchange has done is of the year before.
    reported = Number(today().slice(0, 4)) + 1;
    await advanceTo(startOfLegalDay(`${reported}-01-10`));
  });
  afterAll(() => exchange.stop());

  const now = () => exchange.service.app.get(Clock).now();
  const today = () => legalDayOf(now());
  const advanceTo = (instant: Date) =>
    exchange.act('operator', 'advanceClock', { to: instant.toISOString() }, 'ExchangeTime { time }');
  const sql = async <Row extends object>(text: string, values: unknown[] = []) =>
    (await exchange.owner.query<Row>(text, values)).rows;
  const ask = async <T>(login: string, query: string) => (await exchange.as(login)).query<T>(query);
  const partyOf = async (login: string) =>
    (await ask<{ me: { partyId: string } }>(login, '{ me { partyId } }')).me.partyId;
  const proof = async (login: string, bytes = '合同') =>
    (await (await exchange.as(login)).upload('证明.txt', new TextEncoder().encode(bytes))).id;
  const download = async (login: string, uploadId: string) => (await exchange.as(login)).download(uploadId);

  const registrationAct = (login: string, field: string, registrationId: string, more: object = {}) =>
    exchange.act<{ id: string; state: string; publicityUntil: string }>(
      login,
      field,
      { registrationId, ...more },
      'Registration { id state publicityUntil }',
    );
  const draft = async () => {
    const client = await exchange.as('provider');
    const upload = await client.upload(`o${++files}.csv`, new TextEncoder().encode(`k,v\n${files},1\n`));
    const { version } = await exchange.load<{ version: { id: string } }>(
      'provider',
      'registerDataset',
      { name: `资料${files}`, description: '', uploadId: upload.id, subjectColumn: 'k' },
      'version { id }',
    );
    const datasetVersionId = version.id;
    await exchange.confirmColumns('provider', { datasetVersionId });
    const deposit = await exchange.act<{ id: string }>(
      'provider',
      'depositEvidence',
      { uploadId: upload.id, title: `资料${files}` },
      'EvidenceDeposit { id }',
    );
    const { id } = await exchange.act<{ id: string }>(
      'provider',
      'prepareRegistration',
      {
        ...{ datasetVersionId, registryId, name: `资料${files}`, overview: '两列', materials: MATERIALS },
        evidence: [{ depositId: deposit.id, subject: 'DATA' }],
      },
      'Registration { id }',
    );
    return { id, depositId: deposit.id, uploadId: upload.id };
  };
  const submitted = async () => {
    const made = await draft();
    await registrationAct('provider-chief', 'submitRegistration', made.id);
    return made;
  };
  const publicized = async () => {
    const made = await submitted();
    await registrationAct('registry', 'decideAcceptance', made.id, { decision: 'ACCEPTED' });
    const { publicityUntil } = await registrationAct('reviewer', 'reviewRegistration', made.id, {
      decision: 'PUBLICIZED',
    });
    return { ...made, publicityUntil };
  };

  const fileOf = async (login: string, registrationId: string, purpose = '核实') =>
    (
      await ask<{ registrationFile: File | null }>(
        login,
        `{ registrationFile(registrationId: "${registrationId}", purpose: "${purpose}") { ${FILE} } }`,
      )
    ).registrationFile;
  const looksAt = async (login: string, registrationId: string) =>
    (
      await ask<{ fileInspections: { edges: { node: Look }[] } }>(
        login,
        `{ fileInspections(registrationId: "${registrationId}", first: 100) {
             edges { node { id partyId actorId entitlement requestId purpose uploadId lookedAt } } } }`,
      )
    ).fileInspections.edges.map(({ node }) => node);
  const logged = (registrationId: string) =>
    sql<{ party: string; outcome: string }>(
      `SELECT actor_party_id AS party, outcome FROM audit_entry WHERE action = 'INSPECT_FILE' AND subject_id = $1
       UNION ALL SELECT actor_party_id, outcome FROM audit_outbox WHERE action = 'INSPECT_FILE' AND subject_id = $1`,
      [registrationId],
    );
  const request = async (login: string, input: object, evidenceUploadIds?: string[]) =>
    exchange.act<{ id: string; state: string; evidence: { uploadId: string }[] }>(
      login,
      'requestFileInspection',
      {
        ...{ interest: '拟以该数据质押授信', purpose: '核实权属', ...input },
        evidenceUploadIds: evidenceUploadIds ?? [await proof(login)],
      },
      'FileInspectionRequest { id state evidence { uploadId } }',
    );
  const decide = (requestId: string, more: object) =>
    exchange.act<{ state: string; openUntil: string | null; parts: string[] | null }>(
      'registry',
      'decideFileInspection',
      { requestId, reason: '利害关系已核实', ...more },
      'FileInspectionRequest { state openUntil parts decisionReason }',
    );
  const registered = async () => {
    const [row] = await sql<{ id: string; code: string }>(
      `SELECT registration.id, query_code AS code FROM registration JOIN certificate ON registration_id = registration.id
       ORDER BY registration.id LIMIT 1`,
    );
    if (!row) throw new Error('The sample exchange has registered something');
    return row;
  };

  it('opens a file to an interested party in the parts and for the days it says, and to nobody else', async () => {
    const { id, code } = await registered();
    const [evidence] = await sql<{ upload: string }>(
      `SELECT upload_id AS upload FROM registration_evidence JOIN evidence_deposit ON id = deposit_id WHERE registration_id = $1`,
      [id],
    );
    const uploadId = evidence?.upload ?? '';
    expect(await fileOf('bank', id)).toBeNull();
    expect((await download('bank', uploadId)).status).toBe(404);

    const asked = await request('bank', { queryCode: code });
    expect(asked.state).toBe('REQUESTED');
    expect(await refusalOf(request('bank', { registrationId: id }))).toBe(
      'INSPECTION_REQUESTED_ALREADY registrationId',
    );
    expect(await fileOf('bank', id)).toBeNull();
    // The proof is seen by who decides, and by who has sent it.
    const shown = asked.evidence[0]?.uploadId ?? '';
    expect(await (await download('registry', shown)).text()).toBe('合同');
    for (const login of ['provider', 'insurer']) expect((await download(login, shown)).status).toBe(404);

    const granted = { isGranted: true, days: 3, parts: ['APPLICATION', 'EVIDENCE', 'ACTS'] };
    const outcomes = await Promise.all(Array.from({ length: 4 }, () => refusalOf(decide(asked.id, granted))));
    expect(outcomes.filter((outcome) => outcome.startsWith('not refused'))).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'INSPECTION_REQUEST_NOT_FOUND requestId')).toHaveLength(
      3,
    );
    const openUntil = startOfLegalDay(addDays(today(), 4));

    const file = await fileOf('bank', id, '贷前核实');
    expect(file).toMatchObject({
      entitlement: 'INTERESTED_PARTY',
      openUntil: openUntil.toISOString(),
      application: { materialsJson: expect.stringContaining('样例供数单位') },
      evidence: [{ subject: 'DATA', deposit: { uploadId } }],
      objections: null,
      certificates: [{ queryCode: code, end: null }],
      registerEntries: [{ number: 1, act: 'FIRST' }],
    });
    expect(file?.acts?.map(({ action, doneBy }) => `${doneBy} ${action}`)).toEqual([
      'APPLICANT PREPARE_REGISTRATION',
      'APPLICANT SUBMIT_REGISTRATION',
      'REGISTRY ACCEPT_REGISTRATION',
      'REGISTRY PUBLICIZE_REGISTRATION',
      'REGISTRY CODE_REGISTRATION',
    ]);
    expect(file?.deadlines?.map(({ kind }) => kind)).toContain('REVIEW');
    expect((await download('bank', uploadId)).status).toBe(200);
    expect(await fileOf('bank-2', id)).toBeNull();
    expect((await download('bank-2', uploadId)).status).toBe(404);
    // What is open to a look is not open to anything else.
    const rest = await ask<{ registration: null; evidenceDeposits: { edges: [] }; legalDeadlines?: unknown }>(
      'bank',
      `{ registration(id: "${id}") { id } evidenceDeposits { edges { node { id } } } registrations { edges { node { id } } } }`,
    );
    expect(rest).toEqual({
      registration: null,
      evidenceDeposits: { edges: [] },
      registrations: { edges: [] },
    });

    await advanceTo(new Date(openUntil.getTime() - 3_000));
    expect(await fileOf('bank', id)).not.toBeNull();
    expect((await download('bank', uploadId)).status).toBe(200);
    await advanceTo(openUntil);
    expect(await fileOf('bank', id)).toBeNull();
    expect((await download('bank', uploadId)).status).toBe(404);
    // It may be asked for again.
    const again = await request('bank', { registrationId: id });
    expect(await decide(again.id, { isGranted: false })).toMatchObject({
      state: 'DECLINED',
      openUntil: null,
    });
    expect(await fileOf('bank', id)).toBeNull();
  });

  it('refuses what is no request, and does not say which files there are', async () => {
    const { id, code } = await registered();
    const { id: hidden } = await submitted();
    const refused = (input: object, evidence?: string[]) => refusalOf(request('insurer', input, evidence));
    expect(await refused({ registrationId: hidden })).toBe('FILE_NOT_FOUND registrationId');
    expect(await refused({ registrationId: newId() })).toBe('FILE_NOT_FOUND registrationId');
    expect(await refused({ queryCode: 'PDX-A-000000-000000' })).toBe('FILE_NOT_FOUND queryCode');
    expect(await refused({ queryCode: code, registrationId: id })).toBe('INVALID_INPUT registrationId');
    expect(await refused({})).toBe('INVALID_INPUT registrationId');
    expect(await refused({ queryCode: code }, [])).toBe('INVALID_INPUT evidenceUploadIds');
    expect(await refused({ queryCode: code }, [await proof('bank')])).toBe(
      'EVIDENCE_NOT_FOUND evidenceUploadIds.0',
    );
    expect(await refused({ queryCode: code, purpose: '' })).toBe('INVALID_INPUT purpose');
    const [owner] = await sql<{ login: string }>(
      `SELECT login FROM person JOIN registration ON applicant_id = person.party_id WHERE registration.id = $1 ORDER BY login LIMIT 1`,
      [id],
    );
    expect(await refusalOf(request(owner?.login ?? '', { queryCode: code }))).toBe(
      'FILE_OPEN_ANYWAY queryCode',
    );

    const asked = await request('insurer', { queryCode: code });
    for (const [more, path] of [
      [{ isGranted: true, parts: ['ACTS'] }, 'days'],
      [{ isGranted: true, days: 3 }, 'parts'],
      [{ isGranted: true, days: 3, parts: [] }, 'parts'],
      [{ isGranted: true, days: 31, parts: ['ACTS'] }, 'days'],
      [{ isGranted: true, days: 0, parts: ['ACTS'] }, 'days'],
      [{ isGranted: false, days: 3 }, 'days'],
      [{ isGranted: false, reason: '' }, 'reason'],
    ] as const)
      expect(await refusalOf(decide(asked.id, more))).toBe(`INVALID_INPUT ${path}`);
    const decideAs = (login: string) =>
      exchange.act(
        login,
        'decideFileInspection',
        { requestId: asked.id, isGranted: false, reason: '无' },
        'FileInspectionRequest { id }',
      );
    for (const login of ['insurer', 'reviewer', 'regulator'])
      expect(await refusalOf(decideAs(login))).toMatch(/FORBIDDEN/);
    const mine = await ask<{ fileInspectionRequests: { edges: { node: { requesterId: string } }[] } }>(
      'insurer',
      '{ fileInspectionRequests { edges { node { requesterId evidence { uploadId } } } } }',
    );
    expect(mine.fileInspectionRequests.edges.map(({ node }) => node.requesterId)).toEqual([
      await partyOf('insurer'),
    ]);
    for (const purpose of ['', '用'.repeat(201)])
      expect(await refusalOf(fileOf('provider', id, purpose))).toBe('INVALID_INPUT purpose');
    for (const key of [
      ['a', 'b'],
      ['2026-13-45T00:00:00.000Z', id],
      ['2026-01-01T00:00:00.000Z', 'x'],
      ['1'],
    ]) {
      const after = Buffer.from(JSON.stringify(key)).toString('base64url');
      const page = `{ fileInspections(registrationId: "${id}", after: "${after}") { edges { cursor } } }`;
      expect(await refusalOf(ask('provider', page))).toBe('INVALID_INPUT after');
    }
    await decide(asked.id, { isGranted: true, days: 1, parts: ['OBJECTIONS'] });
    expect(await fileOf('insurer', id)).toMatchObject({
      ...{ application: null, evidence: null, acts: null, deadlines: null },
      objections: [],
    });
  });

  it('writes down every look, of the registry and the regulator too, in the log and for the owner', async () => {
    const { id, uploadId } = await submitted();
    const { id: other } = await submitted();
    for (const login of ['provider', 'provider-chief', 'registry', 'reviewer', 'regulator'])
      expect(await fileOf(login, id, `${login}看`)).not.toBeNull();
    expect(await fileOf('bank', id)).toBeNull();
    await download('registry', uploadId);

    const [provider, registry, regulator] = [
      await partyOf('provider'),
      registryId,
      await partyOf('regulator'),
    ];
    const looks = await looksAt('provider', id);
    expect(looks.map(({ partyId, entitlement, purpose }) => [partyId, entitlement, purpose])).toEqual([
      [provider, 'APPLICANT', 'provider看'],
      [provider, 'APPLICANT', 'provider-chief看'],
      [registry, 'REGISTRY', 'registry看'],
      [registry, 'REGISTRY', 'reviewer看'],
      [regulator, 'REGULATOR', 'regulator看'],
      [registry, 'REGISTRY', null],
    ]);
    expect(looks.at(-1)?.uploadId).toBe(uploadId);
    expect((await logged(id)).map(({ party }) => party).sort()).toEqual(
      [provider, provider, registry, registry, regulator].sort(),
    );
    expect(await looksAt('registry', id)).toHaveLength(6);
    expect(await looksAt('bank', id)).toEqual([]);
    expect(await looksAt('provider-2', id)).toEqual([]);
    expect(await looksAt('provider', other)).toEqual([]);
    const [refused] = await sql<{ n: number }>(
      `SELECT count(*)::int AS n FROM (SELECT action, outcome, actor_party_id FROM audit_entry
         UNION ALL SELECT action, outcome, actor_party_id FROM audit_outbox) AS entry
       WHERE action = 'INSPECT_FILE' AND outcome = 'REFUSED' AND actor_party_id = $1`,
      [await partyOf('bank')],
    );
    expect(refused?.n).toBeGreaterThan(0);
    await expect(sql('UPDATE file_look SET purpose = $1', ['别的'])).rejects.toThrow('append-only');
  });

  it('answers no look that it cannot write down', async () => {
    const { id, uploadId } = await submitted();
    for (const table of ['file_look', 'audit_outbox']) {
      await sql(
        `CREATE TRIGGER test_full BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION reject_row_change()`,
      );
      try {
        expect(await refusalOf(fileOf('registry', id))).toMatch(/INTERNAL_SERVER_ERROR/);
        expect((await download('registry', uploadId)).status).toBe(500);
      } finally {
        await sql(`DROP TRIGGER test_full ON ${table}`);
      }
    }
    expect(await looksAt('provider', id)).toEqual([]);
    expect(await logged(id)).toEqual([]);
  });

  it('knows no file of a draft, and opens a file to who has filed it together', async () => {
    const { id } = await draft();
    for (const login of ['provider', 'registry', 'regulator']) expect(await fileOf(login, id)).toBeNull();
    await registrationAct('provider-chief', 'submitRegistration', id);
    const [party, chief] = [await partyOf('provider-2'), 'provider-2-chief'];
    await sql(
      `INSERT INTO registration_filer
       SELECT registration.id, $2, applicant_id, registry_id, sha256(''), NULL, NULL FROM registration WHERE registration.id = $1`,
      [id, party],
    );
    expect(await fileOf('provider-2', id)).toBeNull();
    await sql(
      `UPDATE registration_filer SET joined_at = now(), joined_by = (SELECT id FROM person WHERE login = $2) WHERE registration_id = $1`,
      [id, chief],
    );
    expect(await fileOf('provider-2', id)).toMatchObject({
      entitlement: 'JOINT_HOLDER',
      evidence: [{ subject: 'DATA' }],
      acts: [{ doneBy: 'APPLICANT' }, { doneBy: 'APPLICANT' }],
      deadlines: [{ kind: 'ACCEPTANCE' }],
    });
    expect((await looksAt('provider-2', id)).map(({ entitlement }) => entitlement)).toEqual(['JOINT_HOLDER']);
  });

  it('shows objections without who objected, and keeps every act with its time', async () => {
    const { id } = await publicized();
    const evidenceUploadId = await proof('bank', '异议证据');
    const objection = await exchange.act<{ id: string }>(
      'bank',
      'lodgeObjection',
      { registrationId: id, grounds: '银行的数据', evidenceUploadId },
      'Objection { id }',
    );
    await exchange.act(
      'reviewer',
      'decideObjection',
      { objectionId: objection.id, isUpheld: true, reason: '异议成立' },
      'Objection { state }',
    );
    const file = await fileOf('provider', id);
    expect(file?.objections).toMatchObject([
      { objectorKind: 'INSTITUTION', state: 'UPHELD', decisionReason: '异议成立' },
    ]);
    const said = JSON.stringify(file);
    for (const hidden of [await partyOf('bank'), objection.id, '银行的数据', evidenceUploadId])
      expect(said).not.toContain(hidden);
    expect(file?.acts?.at(-1)).toMatchObject({
      ...{ action: 'UPHOLD_OBJECTION_REGISTRATION', doneBy: 'REGISTRY' },
      ...{ stateBefore: 'PUBLICIZED', stateAfter: 'TERMINATED', reason: '异议成立' },
    });
    const times = file?.acts?.map(({ doneAt }) => doneAt) ?? [];
    expect([...times].sort()).toEqual(times);
    expect(legalDayOf(new Date(times.at(-1) ?? ''))).toBe(today());
    // Twenty years after the last act; of what is certified, after the end of the certificate.
    expect(file?.retainUntil).toBe(`${Number(today().slice(0, 4)) + 20}${today().slice(4)}`);
    const certified = await fileOf('registry', (await registered()).id);
    const last = addDays(certified?.certificates[0]?.validUntil ?? '', -1);
    expect(certified?.retainUntil).toBe(`${Number(last.slice(0, 4)) + 20}${last.slice(4)}`);
  });

  it('lets nobody take anything out of a file, not the owner of the database either', async () => {
    const kept = [
      ...[
        'registration',
        'registration_act',
        'registration_evidence',
        'evidence_deposit',
        'upload',
        'certificate',
      ],
      ...['objection', 'register_entry', 'asset', 'legal_deadline', 'file_inspection_request', 'file_look'],
      ...['file_inspection_evidence', 'registration_filer'],
    ];
    for (const table of kept) {
      const [before] = await sql<{ n: string }>(`SELECT count(*) AS n FROM ${table}`);
      expect(Number(before?.n)).toBeGreaterThan(0);
      await expect(sql(`DELETE FROM ${table}`)).rejects.toMatchObject({ code: '23001' });
      await expect(sql(`TRUNCATE ${table} CASCADE`)).rejects.toMatchObject({ code: '23001' });
      expect(await sql(`SELECT count(*) AS n FROM ${table}`)).toEqual([before]);
    }
    // A draft may still be told anew what it shows.
    const { id, depositId } = await draft();
    const content = { name: '改名', overview: '两列', materials: MATERIALS };
    const amend = () =>
      registrationAct('provider', 'amendRegistration', id, {
        ...content,
        evidence: [{ depositId, subject: 'DATA' }],
      });
    expect((await amend()).state).toBe('DRAFT');
    await registrationAct('provider-chief', 'submitRegistration', id);
    await expect(
      sql('DELETE FROM registration_evidence WHERE registration_id = $1', [id]),
    ).rejects.toMatchObject({ constraint: 'registry_file_kept' });
    await registrationAct('registry', 'decideAcceptance', id, { decision: 'RETURNED', reason: '缺' });
    expect((await amend()).state).toBe('RETURNED');
  });

  it('registers nothing of the registry’s own at itself, on either track, nor as one of several holders', async () => {
    const { id } = await draft();
    const form = (holderId: string) => JSON.stringify({ rights: [{ holderId, kinds: ['HOLD'] }] });
    const [provider, stranger] = [await partyOf('provider'), await partyOf('provider-2')];
    await expect(
      sql('UPDATE registration SET applicant_id = registry_id WHERE id = $1', [id]),
    ).rejects.toMatchObject({
      constraint: 'registration_registry_is_not_applicant',
    });
    const insertB = (applicant: string, holder: string) =>
      sql(
        `INSERT INTO registration (id, track, asset_id, applicant_id, registry_id, type, state, name, overview, form, prepared_by, prepared_at)
         SELECT $1, 'B', asset_id, $2, registry_id, 'INITIAL', 'DRAFT', 'b', 'b', $3, prepared_by, prepared_at
         FROM registration WHERE id = $4`,
        [newId(), applicant, form(holder), id],
      );
    await expect(insertB(registryId, provider)).rejects.toMatchObject({
      constraint: 'registration_registry_is_not_applicant',
    });
    await expect(insertB(provider, registryId)).rejects.toMatchObject({
      constraint: 'registration_holders_are_not_registry',
    });
    await insertB(provider, stranger);
    await expect(
      sql(
        `INSERT INTO registration_filer SELECT id, registry_id, applicant_id, registry_id, sha256(''), NULL, NULL
         FROM registration WHERE id = $1`,
        [id],
      ),
    ).rejects.toMatchObject({ constraint: 'registration_filer_is_another' });
    await expect(
      sql(
        `INSERT INTO title SELECT asset_id, registry_id, 'REGISTERED', 'INITIAL', 1, 'b', 'b', '[]', ARRAY[applicant_id, registry_id], '2026-01-01', '2027-01-01', NULL
         FROM registration WHERE id = $1`,
        [id],
      ),
    ).rejects.toMatchObject({ constraint: 'title_has_holders' });
    // Whoever applies has a role that nobody at a registry has.
    expect(
      await refusalOf(
        exchange.act(
          'registry',
          'prepareRegistration',
          {
            datasetVersionId: newId(),
            registryId,
            name: 'x',
            overview: 'x',
            materials: MATERIALS,
            evidence: [],
          },
          'Registration { id }',
        ),
      ),
    ).toMatch(/FORBIDDEN/);
  });

  const figuresOf = async (login: string, year: number) =>
    (
      await ask<{ registryYearlyReport: Figures | null }>(
        login,
        `{ registryYearlyReport(registryId: "${registryId}", year: ${year}) { ${FIGURES} } }`,
      )
    ).registryYearlyReport;

  it('computes figures that an independent recount agrees with', async () => {
    const year = reported;
    // One of each that can become of an application.
    const { id: returned } = await submitted();
    await registrationAct('registry', 'decideAcceptance', returned, { decision: 'RETURNED', reason: '缺' });
    await registrationAct('provider', 'amendRegistration', returned, {
      name: '再来',
      overview: '两列',
      materials: MATERIALS,
    });
    await registrationAct('provider-chief', 'submitRegistration', returned);
    const { id: unwanted } = await submitted();
    await registrationAct('registry', 'decideAcceptance', unwanted, {
      decision: 'NOT_ACCEPTED',
      reason: '不属',
    });
    const { id: refused } = await submitted();
    await registrationAct('registry', 'decideAcceptance', refused, { decision: 'ACCEPTED' });
    await registrationAct('reviewer', 'reviewRegistration', refused, { decision: 'REFUSED', reason: '不符' });
    const { id: withdrawn } = await submitted();
    await registrationAct('provider-chief', 'withdrawRegistration', withdrawn, { reason: '不办' });
    const { id: never } = await draft();
    await registrationAct('provider-chief', 'withdrawRegistration', never, { reason: '不办' });
    const { id: coded, publicityUntil } = await publicized();
    await advanceTo(startOfLegalDay(addDays(publicityUntil, 1)));
    await registrationAct('registry', 'codeRegistration', coded);
    const { id: late } = await submitted();
    const [due] = await sql<{ due: string }>(
      `SELECT due::text FROM legal_deadline WHERE registration_id = $1 AND closed_at IS NULL`,
      [late],
    );
    await advanceTo(startOfLegalDay(addDays(due?.due ?? '', 1)));
    await registrationAct('registry', 'decideAcceptance', late, { decision: 'ACCEPTED' });
    const [asset] = await sql<{ id: string }>(
      `SELECT asset_id AS id FROM certificate ORDER BY asset_id DESC LIMIT 1`,
    );
    await exchange.act(
      'reviewer',
      'revokeRegistration',
      { assetId: asset?.id, reason: '隐瞒' },
      'Asset { state }',
    );
    expect(Number(today().slice(0, 4))).toBe(year);

    const figures = await figuresOf('registry', year);
    expect(figures).toMatchObject({ year, asOf: today() });
    // The audit log tells it independently: what was done, by the action’s own name.
    const entries = await sql<{ action: string; n: number }>(
      `WITH entry AS (
         SELECT subject_id, action, outcome, occurred_at FROM audit_entry
         UNION ALL SELECT subject_id, action, outcome, occurred_at FROM audit_outbox)
       SELECT action, count(*)::int AS n FROM entry JOIN registration ON registration.id = subject_id
       WHERE outcome = 'DONE' AND type = 'FIRST' AND track = 'A' AND occurred_at >= $1 GROUP BY action`,
      [startOfLegalDay(`${year}-01-01`)],
    );
    const done = (action: string) =>
      entries.find((entry) => entry.action === `${action}_REGISTRATION`)?.n ?? 0;
    const resubmitted = 1;
    expect(figures?.applications).toEqual([
      {
        ...{ track: 'A', type: 'FIRST', received: done('SUBMIT') - resubmitted, resubmitted },
        ...{ accepted: done('ACCEPT'), acceptedBySilence: 0, returned: done('RETURN') },
        ...{ notAccepted: done('NOT_ACCEPT'), refused: done('REFUSE'), withdrawn: done('WITHDRAW') - 1 },
        ...{ terminatedByObjection: done('UPHOLD_OBJECTION'), terminatedOtherwise: 0 },
        ...{ registered: done('CODE'), cancelled: 0 },
      },
    ]);
    for (const action of ['SUBMIT', 'ACCEPT', 'RETURN', 'NOT_ACCEPT', 'REFUSE', 'CODE', 'UPHOLD_OBJECTION'])
      expect(done(action)).toBeGreaterThan(0);
    // Periods, one by one.
    const periods = await sql<{ kind: string; due: string; closed: string | null }>(
      `SELECT kind, due::text, to_char(closed_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD') AS closed FROM legal_deadline
       WHERE party_id = $1 AND due BETWEEN $2 AND $3 AND kind IN ('ACCEPTANCE', 'REVIEW', 'OBJECTION')`,
      [registryId, `${year}-01-01`, `${year}-12-31`],
    );
    for (const kind of ['ACCEPTANCE', 'REVIEW', 'OBJECTION']) {
      const own = periods.filter((period) => period.kind === kind);
      const missed = own.filter(({ closed, due }) => (closed ?? today()) > due).length;
      const met = own.filter(({ closed, due }) => closed !== null && closed <= due).length;
      const found = figures?.deadlines.find((group) => group.kind === kind);
      expect([found?.met ?? 0, found?.missed ?? 0]).toEqual([met, missed]);
    }
    // Others had been left to lie since the tests before; this one was decided a working day or more too late.
    expect(
      figures?.deadlines.find(({ kind }) => kind === 'ACCEPTANCE')?.longestWorkingDays,
    ).toBeGreaterThanOrEqual(3);
    expect(figures?.deadlines.some(({ kind }) => kind === 'PUBLICITY' || kind === 'EXPIRY')).toBe(false);
    const certificates = await sql(`SELECT FROM certificate WHERE track = 'A'`);
    expect(figures?.registers).toMatchObject([
      {
        ...{
          track: 'A',
          certificatesIssued: done('CODE'),
          certificatesInForce: certificates.length - 1,
        },
        ...{ lapsed: 0, revoked: 1, objectionsLodged: 1, objectionsUpheld: 1, objectionsDismissed: 0 },
      },
      { track: 'B', certificatesIssued: 0, certificatesInForce: 0, revoked: 0 },
    ]);
    const looks = await sql<{ n: string }>('SELECT count(*) AS n FROM file_look');
    expect(figures?.inspections).toEqual({
      requested: 3,
      granted: 2,
      declined: 1,
      looks: Number(looks[0]?.n),
    });
    expect(await figuresOf('regulator', year)).toEqual(figures);
    expect(await refusalOf(figuresOf('bank', year))).toMatch(/FORBIDDEN/);
    expect(await refusalOf(figuresOf('registry', 1999))).toBe('INVALID_INPUT year');
    expect((await figuresOf('registry', year - 3))?.applications).toEqual([]);
    const { parties } = await ask<{ parties: { edges: { node: { id: string } }[] } }>(
      'regulator',
      '{ parties(kind: PROVIDER) { edges { node { id } } } }',
    );
    const noRegistry = `{ registryYearlyReport(registryId: "${parties.edges[0]?.node.id}", year: ${year}) { year } }`;
    expect(await ask('regulator', noRegistry)).toEqual({ registryYearlyReport: null });
  });

  const prepare = (login: string, year: number, text = '全年办理情况') =>
    exchange.act<Report>(login, 'prepareYearlyReport', { year, text }, `YearlyReport { ${REPORT} }`);
  const submit = (login: string, year: number, sha256: string) =>
    exchange.act<Report>(login, 'submitYearlyReport', { year, sha256 }, `YearlyReport { ${REPORT} }`);
  const dueList = async (filter: string) =>
    (
      await ask<{
        legalDeadlines: {
          edges: { node: { kind: string; matter: string; matterId: string; due: string } }[];
        };
      }>(
        'registry',
        `{ legalDeadlines(first: 100, filter: ${filter}) { edges { node { kind matter matterId due track registrationId } } } }`,
      )
    ).legalDeadlines.edges
      .map(({ node }) => node)
      .filter(({ kind, due }) => kind === 'YEARLY_REPORT' && due > `${reported + 1}`);
  const submittedReports = async () =>
    (
      await exchange.anonymous.query<{ yearlyReports: { edges: { node: Report }[] } }>(
        `{ yearlyReports { edges { node { ${REPORT} } } } }`,
      )
    ).yearlyReports.edges.map(({ node }) => node);

  it('opens the period of a report when the year is over, once, however many workers do it', async () => {
    expect(await refusalOf(prepare('registry', reported))).toBe('YEARLY_REPORT_NOT_DUE year');
    expect(await sql('SELECT FROM yearly_report WHERE year = $1', [reported])).toEqual([]);
    await advanceTo(startOfLegalDay(`${reported + 1}-01-01`));
    const workers = [exchange.service, another].map(({ app }) => app.get(YearlyReportDuty));
    const waited = Date.now();
    do await Promise.all([...workers, ...workers, ...workers].map((worker) => worker.openDue()));
    while (Date.now() - waited < 2_500);
    expect(await sql('SELECT registry_id, state FROM yearly_report WHERE year = $1', [reported])).toEqual([
      { registry_id: registryId, state: 'DUE' },
    ]);
    const due = `${reported + 1}-03-31`;
    expect(await dueList('OPEN')).toMatchObject([
      { matter: 'YEARLY_REPORT', due, track: null, registrationId: null },
    ]);
    expect(
      await sql(`SELECT FROM legal_deadline WHERE kind = 'YEARLY_REPORT' AND due = $1`, [due]),
    ).toHaveLength(1);
    await advanceTo(startOfLegalDay(due));
    expect(await dueList('DUE_TODAY')).toHaveLength(1);
    await advanceTo(startOfLegalDay(addDays(due, 1)));
    expect(await dueList('OVERDUE')).toHaveLength(1);
  });

  it('freezes a report, has it submitted by another person, and never changes it again', async () => {
    expect(await refusalOf(prepare('registry', reported + 1))).toBe('YEARLY_REPORT_NOT_DUE year');
    expect(await refusalOf(prepare('reviewer', reported))).toMatch(/FORBIDDEN/);
    expect(await refusalOf(submit('reviewer', reported, 'a'.repeat(64)))).toBe(
      'YEARLY_REPORT_NOT_AS_READ sha256',
    );
    expect(await refusalOf(submit('reviewer', reported, 'A'.repeat(64)))).toBe('INVALID_INPUT sha256');
    const person = {
      displayName: '一人两职',
      roles: ['REGISTRY_OFFICER', 'REVIEWER'],
      password: SAMPLE_PASSWORD,
    };
    await exchange.act(
      'operator',
      'registerPerson',
      { partyId: registryId, login: 'registry-both', ...person },
      'Person { id }',
    );
    const own = await prepare('registry-both', reported);
    expect(own).toMatchObject({ state: 'PREPARED', year: reported, text: '全年办理情况' });
    expect(await refusalOf(submit('registry-both', reported, own.sha256))).toBe('SAME_PERSON');
    await expect(
      sql(
        `UPDATE yearly_report SET state = 'SUBMITTED', submitted_by = prepared_by, submitted_at = now() WHERE state = 'PREPARED'`,
      ),
    ).rejects.toMatchObject({ constraint: 'yearly_report_submitter_is_not_preparer' });
    await expect(
      sql(`UPDATE yearly_report SET document = '{}' WHERE state = 'PREPARED'`),
    ).rejects.toMatchObject({
      constraint: 'yearly_report_is_its_hash',
    });
    await expect(
      sql(
        `UPDATE yearly_report SET document = '{}', document_sha256 = sha256('{}'), state = 'SUBMITTED', submitted_at = now(),
                submitted_by = (SELECT id FROM person WHERE login = 'reviewer') WHERE state = 'PREPARED'`,
      ),
    ).rejects.toMatchObject({ constraint: 'yearly_report_stays' });

    const report = await prepare('registry', reported, '全年办理情况，附说明');
    expect(report.sha256).not.toBe(own.sha256);
    // What was read before is not what would be submitted.
    expect(await refusalOf(submit('reviewer', reported, own.sha256))).toBe(
      'YEARLY_REPORT_NOT_AS_READ sha256',
    );
    expect(await submittedReports()).toEqual([]);
    const outcomes = await Promise.all(
      Array.from({ length: 4 }, () => refusalOf(submit('reviewer', reported, report.sha256))),
    );
    expect(outcomes.filter((outcome) => outcome.startsWith('not refused'))).toHaveLength(1);
    for (const outcome of outcomes.filter((one) => !one.startsWith('not refused')))
      expect(outcome).toMatch(/^YEARLY_REPORT_(SUBMITTED year|NOT_AS_READ sha256)$/);

    const [shown] = await submittedReports();
    expect(shown).toMatchObject({
      state: 'SUBMITTED',
      document: report.document,
      sha256: report.sha256,
      text: report.text,
    });
    expect(createHash('sha256').update(report.document).digest('hex')).toBe(report.sha256);
    expect(canonicalJson(JSON.parse(report.document) as never)).toBe(report.document);
    expect(shown?.figures).toEqual(await figuresOf('registry', reported));
    expect((JSON.parse(report.document) as { figures: unknown }).figures).toEqual(shown?.figures);
    expect(await dueList('OVERDUE')).toEqual([]);

    expect(await refusalOf(prepare('registry', reported))).toBe('YEARLY_REPORT_SUBMITTED year');
    expect(await refusalOf(submit('reviewer', reported, report.sha256))).toBe('YEARLY_REPORT_SUBMITTED year');
    for (const change of [
      `document = '{}', document_sha256 = sha256('{}')`,
      `state = 'PREPARED'`,
      'year = 2001',
    ])
      await expect(sql(`UPDATE yearly_report SET ${change} WHERE state = 'SUBMITTED'`)).rejects.toMatchObject(
        {
          constraint: 'yearly_report_stays',
        },
      );
    await expect(sql('DELETE FROM yearly_report')).rejects.toMatchObject({
      constraint: 'registry_file_kept',
    });
    await expect(sql('TRUNCATE yearly_report')).rejects.toMatchObject({ constraint: 'registry_file_kept' });
    expect((await submittedReports())[0]?.document).toBe(report.document);
  });
});
