import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import {
  addDays,
  Clock,
  legalDayOf,
  newId,
  startOfLegalDay,
  type WorkingDayCalendar,
  workingDaysAfter,
} from '#libs/foundation';

import { SAMPLE_PASSWORD } from '../../apps/pdx/src/sample/sample-parties.ts';
import { calendarOf } from '../support/given-calendar.ts';
import { refusalOf, startExchange, type TestExchange } from '../support/start-exchange.ts';

const SECRET = '身份证 370202199001011234';
const REQUEST = `CorrectionRequest { id state askerId addresseeId holderId datasetId assetId whichField whatIsWrong
  whatItShouldBe forwardedAt receivedAt extendedAt extensionReason withdrawnAt isOverdue
  deadlines { kind matter matterId partyId due workingDays closedAt }
  evidence { uploadId sha256 } answers { number outcome explanation datasetVersionId givenAt } }`;
const FIELDS = REQUEST.slice(REQUEST.indexOf('{'));

interface Request {
  id: string;
  state: string;
  isOverdue: boolean;
  holderId: string | null;
  deadlines: { kind: string; due: string; closedAt: string | null }[];
  evidence: { uploadId: string }[];
  answers: { number: number; outcome: string; explanation: string }[];
}

/** 更正申请 through GraphQL. The clock only goes forward, so the tests are in the order of time. */
describe('correction requests', () => {
  let exchange: TestExchange;
  let calendar: WorkingDayCalendar;
  let bureauId: string;
  const partyOf: Record<string, string> = {};
  beforeAll(async () => {
    exchange = await startExchange();
    calendar = await calendarOf(exchange);
    const register = async (login: string, roles: string[], partyId: string) => {
      const person = { login, displayName: login, roles, password: SAMPLE_PASSWORD, partyId };
      await exchange.act('operator', 'registerPerson', person, 'Person { id }');
    };
    for (const login of ['citizen', 'citizen-2']) {
      const party = { kind: 'PERSON', name: '某人', subject: `${login} 370202`, isSample: true };
      const { id } = await exchange.act<{ id: string }>('operator', 'registerParty', party, 'Party { id }');
      await register(login, ['DATA_SUBJECT'], id);
    }
    for (const login of ['citizen', 'citizen-2', 'bank', 'provider', 'provider-2', 'regulator', 'operator']) {
      const client = await exchange.as(login);
      const { me } = await client.query<{ me: { partyId: string } }>('{ me { partyId } }');
      partyOf[login] = me.partyId;
    }
    bureauId = partyOf['regulator'] ?? '';
    await register('both', ['DATA_SPECIALIST', 'CHIEF_DATA_REPRESENTATIVE'], partyOf['provider'] ?? '');
  });
  afterAll(() => exchange.stop());

  const today = () => legalDayOf(exchange.service.app.get(Clock).now());
  const endOf = (days: number) => workingDaysAfter(today(), days, calendar).due;
  const advanceTo = (instant: Date) =>
    exchange.act('operator', 'advanceClock', { to: instant.toISOString() }, 'ExchangeTime { time }');
  const statement = { whichField: '法定代表人', whatIsWrong: SECRET, whatItShouldBe: '张三' };
  const file = (login: string, more: object = {}) =>
    exchange.act<Request>(
      login,
      'fileCorrectionRequest',
      { addresseeId: partyOf['provider'], ...statement, ...more },
      REQUEST,
    );
  const act = (login: string, field: string, correctionRequestId: string, more: object = {}) =>
    exchange.act<Request>(login, field, { correctionRequestId, ...more }, REQUEST);
  const prepare = (id: string, more: object = {}, login = 'provider') =>
    act(login, 'prepareCorrectionAnswer', id, { outcome: 'CORRECTED', explanation: '已更正', ...more });
  const answer = (id: string, answerNumber = 1, login = 'provider-chief') =>
    act(login, 'answerCorrectionRequest', id, { answerNumber });
  const seen = async (login: string, id: string) => {
    const client = await exchange.as(login);
    const { correctionRequest } = await client.query<{ correctionRequest: Request | null }>(
      `{ correctionRequest(id: "${id}") ${FIELDS} }`,
    );
    return correctionRequest;
  };
  const list = async (login: string, filter: string) => {
    const { correctionRequests } = await (
      await exchange.as(login)
    ).query<{
      correctionRequests: {
        edges: { node: Request }[];
        pageInfo: { hasNextPage: boolean; endCursor: string };
      };
    }>(
      `{ correctionRequests(${filter}) { edges { node { id state isOverdue answers { number } evidence { uploadId } } }
                                         pageInfo { hasNextPage endCursor } } }`,
    );
    return {
      ids: correctionRequests.edges.map(({ node }) => node.id),
      nodes: correctionRequests.edges.map(({ node }) => node),
      ...correctionRequests.pageInfo,
    };
  };
  const dueList = async (login: string, filter = 'OPEN') => {
    const { legalDeadlines } = await (
      await exchange.as(login)
    ).query<{ legalDeadlines: { edges: { node: { kind: string; matterId: string } }[] } }>(
      `{ legalDeadlines(first: 100, filter: ${filter}) { edges { node { kind matterId } } } }`,
    );
    return legalDeadlines.edges.map(({ node }) => `${node.kind} ${node.matterId}`);
  };
  const upload = async (login: string, text: string) =>
    (await exchange.as(login)).upload(`${text}.txt`, new TextEncoder().encode(text));
  const assetOf = async (login: string) => {
    const { rows } = await exchange.owner.query<{ id: string; dataset_id: string; provider_id: string }>(
      `SELECT asset.id, dataset_id, asset.provider_id FROM asset
       JOIN dataset_version ON dataset_version.id = dataset_version_id WHERE asset.provider_id = $1`,
      [partyOf[login]],
    );
    return rows[0];
  };

  it('go from a citizen to the bureau, to the holding body, and are answered', async () => {
    const evidence = await upload('citizen', '证明');
    const filed = await file('citizen', { addresseeId: bureauId, evidenceUploadIds: [evidence.id] });
    expect(filed).toMatchObject({
      ...statement,
      state: 'AT_BUREAU',
      holderId: null,
      receivedAt: null,
      isOverdue: false,
      deadlines: [{ kind: 'CORRECTION_FORWARD', workingDays: 2, due: endOf(2), partyId: bureauId }],
      evidence: [{ uploadId: evidence.id, sha256: evidence.sha256 }],
      answers: [],
    });
    const { id } = filed;
    expect(await dueList('regulator')).toContain(`CORRECTION_FORWARD ${id}`);
    expect(await seen('provider', id)).toBeNull();
    expect((await (await exchange.as('provider')).download(evidence.id)).status).toBe(404);

    const forwarded = await act('regulator', 'forwardCorrectionRequest', id, {
      holdingBodyId: partyOf['provider'],
    });
    expect(forwarded).toMatchObject({
      state: 'RECEIVED',
      holderId: partyOf['provider'],
      deadlines: [
        { kind: 'CORRECTION_FORWARD', closedAt: expect.any(String) },
        {
          kind: 'CORRECTION_ANSWER',
          matter: 'CORRECTION_REQUEST',
          workingDays: 5,
          due: endOf(5),
          partyId: partyOf['provider'],
          closedAt: null,
        },
      ],
    });
    for (const login of ['provider', 'provider-chief', 'regulator'])
      expect(await dueList(login)).toContain(`CORRECTION_ANSWER ${id}`);
    expect(await (await (await exchange.as('provider')).download(evidence.id)).text()).toBe('证明');

    await prepare(id, { outcome: 'DECLINED', explanation: '与登记一致' });
    expect(await seen('citizen', id)).toMatchObject({ state: 'PREPARED', answers: [] });
    expect(await prepare(id)).toMatchObject({ answers: [{ outcome: 'DECLINED' }, { outcome: 'CORRECTED' }] });
    expect(await refusalOf(answer(id, 1))).toBe('CORRECTION_ANSWER_NOT_CURRENT answerNumber');
    expect(await answer(id, 2)).toMatchObject({ state: 'ANSWERED' });
    expect(await seen('citizen', id)).toMatchObject({
      state: 'ANSWERED',
      isOverdue: false,
      deadlines: [{ closedAt: expect.any(String) }, { closedAt: expect.any(String) }],
      answers: [{ number: 2, outcome: 'CORRECTED', explanation: '已更正', givenAt: expect.any(String) }],
    });
    expect(await dueList('provider')).not.toContain(`CORRECTION_ANSWER ${id}`);
  });

  it('are seen by the asker, the bureau, the holding body and the regulator, and by nobody else', async () => {
    const evidence = await upload('citizen', '只给有关的人看');
    const { id } = await file('citizen', { evidenceUploadIds: [evidence.id] });
    await prepare(id);

    for (const login of ['citizen', 'provider', 'provider-chief', 'regulator']) {
      expect(await seen(login, id)).toMatchObject({ id, whatIsWrong: SECRET });
      expect((await list(login, 'first: 100')).ids).toContain(id);
      expect((await (await exchange.as(login)).download(evidence.id)).status).toBe(200);
    }
    for (const login of [
      'citizen-2',
      'bank',
      'provider-2',
      'operator',
      'registry',
      'reviewer',
      'appraiser',
    ]) {
      expect(await seen(login, id)).toBeNull();
      expect((await list(login, 'first: 100')).ids).not.toContain(id);
      expect((await (await exchange.as(login)).download(evidence.id)).status).toBe(404);
    }
    for (const [login, field, more] of [
      ['citizen-2', 'withdrawCorrectionRequest', {}],
      ['provider-2', 'prepareCorrectionAnswer', { outcome: 'NOT_HELD', explanation: '无' }],
      ['provider-2-chief', 'answerCorrectionRequest', { answerNumber: 1 }],
      ['provider-2-chief', 'extendCorrectionRequest', { reason: '复杂' }],
      ['regulator', 'forwardCorrectionRequest', { holdingBodyId: partyOf['provider-2'] }],
    ] as const)
      expect(await refusalOf(act(login, field, id, more))).toBe(
        'CORRECTION_REQUEST_NOT_FOUND correctionRequestId',
      );
    expect(await refusalOf(act('provider', 'withdrawCorrectionRequest', id))).toBe(
      'CORRECTION_REQUEST_NOT_FOUND correctionRequestId',
    );
    expect(await refusalOf(act('provider', 'withdrawCorrectionRequest', newId()))).toBe(
      'CORRECTION_REQUEST_NOT_FOUND correctionRequestId',
    );
    expect((await act('citizen', 'withdrawCorrectionRequest', id)).state).toBe('WITHDRAWN');
  });

  it('keep what people write out of the log', async () => {
    const reason = `须核实 ${SECRET}`;
    const { id } = await file('bank', { addresseeId: bureauId });
    await act('regulator', 'forwardCorrectionRequest', id, { holdingBodyId: partyOf['provider'] });
    await act('provider-chief', 'extendCorrectionRequest', id, { reason });
    await prepare(id, { explanation: `已更正 ${SECRET}` });
    await answer(id);

    const { rows } = await exchange.owner.query<{ entries: string }>(
      `SELECT string_agg(entry, '') AS entries FROM (
         SELECT audit_outbox::text FROM audit_outbox UNION ALL SELECT convert_from(leaf, 'UTF8') FROM audit_entry
         UNION ALL SELECT command::text FROM command) AS logged (entry)`,
    );
    expect(rows[0]?.entries).toContain(id);
    for (const word of [SECRET, '法定代表人', '张三', '须核实', '已更正'])
      expect(rows[0]?.entries).not.toContain(word);
  });

  it('are about data of the body that is asked, or of the one the bureau forwards to', async () => {
    const mine = await assetOf('provider');
    const theirs = await assetOf('provider-2');
    expect(await file('citizen', { assetId: mine?.id })).toMatchObject({ assetId: mine?.id });
    expect(await file('citizen', { datasetId: mine?.dataset_id })).toMatchObject({ state: 'RECEIVED' });
    for (const [path, id] of [
      ['assetId', theirs?.id],
      ['assetId', newId()],
      ['datasetId', theirs?.dataset_id],
      ['datasetId', newId()],
    ] as const)
      expect(await refusalOf(file('citizen', { [path]: id }))).toBe(`CORRECTION_DATA_NOT_FOUND ${path}`);
    expect(await refusalOf(file('citizen', { addresseeId: bureauId, datasetId: newId() }))).toBe(
      'CORRECTION_DATA_NOT_FOUND datasetId',
    );
    expect(await refusalOf(file('citizen', { assetId: mine?.id, datasetId: mine?.dataset_id }))).toBe(
      'INVALID_INPUT assetId',
    );
    const { id } = await file('citizen', { addresseeId: bureauId, datasetId: theirs?.dataset_id });
    const forward = (to: string | undefined) =>
      refusalOf(act('regulator', 'forwardCorrectionRequest', id, { holdingBodyId: to }));
    expect(await forward(partyOf['provider'])).toBe('CORRECTION_DATA_NOT_FOUND holdingBodyId');
    expect(await forward(partyOf['bank'])).toBe('INVALID_INPUT holdingBodyId');
    expect(await forward(newId())).toBe('INVALID_INPUT holdingBodyId');
    expect(await forward(partyOf['provider-2'])).toMatch(/^not refused/);
  });

  it('name the version that holds the correction: confirmed, of the same data, newer than the request', async () => {
    const mine = await assetOf('provider');
    const theirs = await assetOf('provider-2');
    const copy = async (asset: typeof mine, state: string, loadedAt: Date) => {
      const { rows } = await exchange.owner.query<{ id: string }>(
        `INSERT INTO dataset_version
         SELECT gen_random_uuid(), dataset_id, provider_id, (SELECT max(number) + 1 FROM dataset_version WHERE dataset_id = $1),
                upload_id, encoding, delimiter, row_count, subject_column, $2, $3,
                CASE $2 WHEN 'CONFIRMED' THEN $3::timestamptz END, file_sha256
         FROM dataset_version WHERE dataset_id = $1 LIMIT 1 RETURNING id`,
        [asset?.dataset_id, state, loadedAt],
      );
      return rows[0]?.id;
    };
    const before = await copy(mine, 'CONFIRMED', exchange.service.app.get(Clock).now());
    const { id } = await file('citizen', { assetId: mine?.id });
    const { id: unnamed } = await file('citizen');
    const now = exchange.service.app.get(Clock).now();
    const after = await copy(mine, 'CONFIRMED', now);

    for (const datasetVersionId of [
      before,
      await copy(mine, 'LOADED', now),
      await copy(theirs, 'CONFIRMED', now),
      newId(),
    ])
      expect(await refusalOf(prepare(id, { datasetVersionId }))).toBe(
        'CORRECTION_VERSION_UNFIT datasetVersionId',
      );
    expect(await refusalOf(prepare(id, { datasetVersionId: after, outcome: 'DECLINED' }))).toBe(
      'INVALID_INPUT datasetVersionId',
    );
    expect(await prepare(id, { datasetVersionId: after })).toMatchObject({
      answers: [{ datasetVersionId: after }],
    });
    expect(await refusalOf(prepare(unnamed, { datasetVersionId: after }))).toMatch(/^not refused/);
  });

  it('are refused where they are addressed, worded or shown wrongly, or are nobody’s by name', async () => {
    const foreign = await upload('bank', '别人的');
    const own = await upload('citizen', '自己的');
    const longest = `${'多'.repeat(1998)}😀\n`;
    expect(await file('citizen', { whatItShouldBe: longest })).toMatchObject({ whatItShouldBe: longest });
    for (const [more, refusal] of [
      [{ addresseeId: partyOf['bank'] }, 'INVALID_INPUT addresseeId'],
      [{ addresseeId: partyOf['citizen'] }, 'INVALID_INPUT addresseeId'],
      [{ addresseeId: partyOf['citizen-2'] }, 'INVALID_INPUT addresseeId'],
      [{ addresseeId: newId() }, 'INVALID_INPUT addresseeId'],
      [{ whichField: '' }, 'INVALID_INPUT whichField'],
      [{ whatIsWrong: ' \n' }, 'INVALID_INPUT whatIsWrong'],
      [{ whatItShouldBe: '多'.repeat(2001) }, 'INVALID_INPUT whatItShouldBe'],
      [{ whatItShouldBe: `${'多'.repeat(2000)}\ufe0f` }, 'INVALID_INPUT whatItShouldBe'],
      [{ whichField: '\u3000' }, 'INVALID_INPUT whichField'],
      [{ whatIsWrong: 'a\0b' }, 'INVALID_INPUT whatIsWrong'],
      [{ evidenceUploadIds: [own.id, foreign.id] }, 'CORRECTION_EVIDENCE_NOT_FOUND evidenceUploadIds[1]'],
      [{ evidenceUploadIds: [own.id, own.id] }, 'INVALID_INPUT evidenceUploadIds'],
      [{ evidenceUploadIds: Array.from({ length: 11 }, newId) }, 'INVALID_INPUT evidenceUploadIds'],
    ] as const)
      expect([more, await refusalOf(file('citizen', more))]).toEqual([more, refusal]);
    expect(await refusalOf(file('provider-chief'))).toBe('INVALID_INPUT addresseeId');
    for (const login of ['registry', 'appraiser', 'regulator'])
      expect(await refusalOf(file(login))).toBe('FORBIDDEN');
    const { key } = await exchange.act<{ key: string }>(
      'bank',
      'issueApiKey',
      {
        name: '核心系统',
        roles: ['INSTITUTION_USER'],
        expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
      },
      'IssuedApiKey { key }',
    );
    const input = { clientId: 'by-key', addresseeId: partyOf['provider'], ...statement };
    const byKey = exchange.anonymous.withToken(key).mutate('fileCorrectionRequest', input, REQUEST);
    expect(await refusalOf(byKey)).toBe('NOT_A_PERSON');
    const { id } = await file('citizen');
    expect(await refusalOf(prepare(id, { explanation: ' ' }))).toBe('INVALID_INPUT explanation');
    expect(await refusalOf(answer(id))).toBe('CORRECTION_REQUEST_NOT_IN_STATE correctionRequestId');
    for (const number of [0, -1]) {
      expect(await refusalOf(answer(id, number))).toBe('INVALID_INPUT answerNumber');
    }
    await prepare(id, {}, 'both');
    expect(await refusalOf(answer(id, 1, 'both'))).toBe('SAME_PERSON');
    expect(await refusalOf(answer(id, 1, 'provider'))).toBe('FORBIDDEN');
    expect(await refusalOf(act('provider', 'extendCorrectionRequest', id, { reason: 'x' }))).toBe(
      'FORBIDDEN',
    );
  });

  it('are filed once by one client id, and tell the article that a refusal rests on', async () => {
    const citizen = await exchange.as('citizen');
    const input = { clientId: 'once', addresseeId: partyOf['provider'], ...statement };
    const send = (more: object = {}) =>
      citizen.mutate<Request>('fileCorrectionRequest', { ...input, ...more }, REQUEST);
    const sent = await Promise.all([send(), send(), send()]);
    expect(new Set(sent.map(({ id }) => id)).size).toBe(1);
    expect(await refusalOf(send({ whatItShouldBe: '李四' }))).toBe('CLIENT_ID_REUSED clientId');
    await expect(answer(sent[0].id)).rejects.toMatchObject({
      rule: '青岛市公共数据管理办法 (令299号) Art. 17',
    });
  });

  it('are listed by side, state and page', async () => {
    const mine = [];
    for (let i = 0; i < 5; i++)
      mine.push((await file('citizen-2', i === 0 ? { addresseeId: bureauId } : {})).id);
    await act('citizen-2', 'withdrawCorrectionRequest', mine[1] ?? '');

    expect((await list('citizen-2', 'as: ASKER, first: 100')).ids).toEqual(mine);
    expect((await list('citizen-2', 'as: BODY')).ids).toEqual([]);
    expect((await list('citizen-2', 'state: WITHDRAWN')).ids).toEqual([mine[1]]);
    expect((await list('regulator', 'as: BODY, state: AT_BUREAU')).ids).toContain(mine[0]);
    expect((await list('regulator', 'as: BODY, first: 100')).ids).not.toContain(mine[2]);
    expect((await list('regulator', 'first: 100')).ids).toEqual(expect.arrayContaining(mine));
    const pages: string[] = [];
    for (let after = ''; ;) {
      const page = await list('citizen-2', `first: 2${after && `, after: "${after}"`}`);
      pages.push(...page.ids);
      if (!page.hasNextPage) break;
      after = page.endCursor;
    }
    expect(pages).toEqual(mine);
    expect(await refusalOf(list('citizen', 'after: "x"'))).toBe('INVALID_INPUT after');
    expect(await refusalOf(exchange.anonymous.query('{ correctionRequests { edges { cursor } } }'))).toBe(
      'UNAUTHENTICATED',
    );
  });

  it('are extended once, before their time is over, and flagged to asker and regulator when it is', async () => {
    const { id } = await file('citizen');
    const { id: late } = await file('citizen');
    const { id: unforwarded } = await file('citizen-2', { addresseeId: bureauId });
    const due = endOf(5);
    const inAll = endOf(10);
    await advanceTo(new Date(startOfLegalDay(addDays(due, 1)).getTime() - 30_000));
    expect(await dueList('provider', 'DUE_TODAY')).toContain(`CORRECTION_ANSWER ${late}`);
    const extend = (request: string) =>
      act('provider-chief', 'extendCorrectionRequest', request, { reason: '须向公安机关核实' });
    expect(await extend(id)).toMatchObject({
      state: 'RECEIVED',
      extensionReason: '须向公安机关核实',
      deadlines: [{ kind: 'CORRECTION_ANSWER', workingDays: 10, due: inAll }],
    });
    await advanceTo(startOfLegalDay(addDays(due, 1)));
    for (const request of [id, late])
      expect(await refusalOf(extend(request))).toBe('CORRECTION_EXTENSION_NOT_POSSIBLE correctionRequestId');

    expect(await seen('citizen', id)).toMatchObject({
      isOverdue: false,
      extensionReason: '须向公安机关核实',
    });
    expect((await seen('citizen', late))?.isOverdue).toBe(true);
    const overdue = await list('regulator', 'isOverdue: true, first: 100');
    expect(overdue.ids).toEqual(expect.arrayContaining([late, unforwarded]));
    expect(overdue.ids).not.toContain(id);
    expect(overdue.nodes.every(({ isOverdue }) => isOverdue)).toBe(true);
    expect(await dueList('provider', 'OVERDUE')).toContain(`CORRECTION_ANSWER ${late}`);
    expect(await dueList('regulator', 'OVERDUE')).toContain(`CORRECTION_FORWARD ${unforwarded}`);
    await prepare(late, { outcome: 'NOT_HELD', explanation: '由公安机关持有' });
    expect(await answer(late)).toMatchObject({ state: 'ANSWERED', isOverdue: false });
    expect((await list('citizen', 'isOverdue: true, first: 100')).ids).not.toContain(late);
  });
});
