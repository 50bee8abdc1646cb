import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { addDays, legalDayOf, startOfLegalDay } from '#libs/foundation';

import { Refused } from '../../apps/pdx/src/exchange-client.ts';
import { atPropertyRights } from '../support/given-property-right.ts';
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

/** What those who use the register see of it, and what they do not. */
describe('at the desks of the register', () => {
  let exchange: TestExchange;
  let desk: ReturnType<typeof atPropertyRights>;
  beforeAll(async () => {
    exchange = await startExchange();
    desk = atPropertyRights(exchange);
  });
  afterAll(() => exchange.stop());

  const query = async <T>(login: string, text: string) => (await exchange.as(login)).query<T>(text);
  const prepareA = async (materials: object = MATERIALS, evidence?: object[]) => {
    const data = await desk.dataset('provider');
    return exchange.act<{ id: string; assetId: string }>(
      'provider',
      'prepareRegistration',
      {
        datasetVersionId: data.datasetVersionId,
        registryId: await desk.partyOf('registry'),
        name: '用水量',
        overview: '述',
        materials,
        evidence: evidence ?? data.evidence,
      },
      'Registration { id assetId }',
    );
  };

  it('lets no registry read what was not submitted, nor the evidence of it', async () => {
    const { id } = await prepareA();
    const { id: draft } = await desk.prepare('provider');
    const seen = async (login: string) => {
      const { a, b, deposits } = await query<{
        a: { state: string; evidence: object[] } | null;
        b: { state: string } | null;
        deposits: { edges: object[] };
      }>(
        login,
        `{ a: registration(id: "${id}") { state evidence { subject } } b: propertyRightRegistration(id: "${draft}") { state }
           deposits: evidenceDeposits(first: 100) { edges { node { id } } } }`,
      );
      return [a?.state, a?.evidence.length, b?.state, deposits.edges.length];
    };
    const before = await seen('registry');
    expect(before.slice(0, 3)).toEqual([undefined, undefined, undefined]);
    expect((await seen('provider')).slice(0, 3)).toEqual(['DRAFT', 2, 'DRAFT']);
    await exchange.act('provider-chief', 'submitRegistration', { registrationId: id }, 'Registration { id }');
    await desk.act('provider-chief', 'submitPropertyRight', draft);
    const after = await seen('registry');
    expect(after.slice(0, 3)).toEqual(['SUBMITTED', 2, 'SUBMITTED']);
    // One file each, shown for two things.
    expect(Number(after[3]) - Number(before[3])).toBe(2);
  });

  it('shows proposals of a pledge to those they concern, and to everybody what has come of them', async () => {
    const { id, assetId } = await desk.prepare('provider');
    await desk.certify('provider-chief', id);
    const pledge = await exchange.act<{ id: string }>(
      'provider-chief',
      'proposeEncumbrance',
      {
        assetId,
        kind: 'PLEDGE',
        beneficiaryId: await desk.partyOf('bank'),
        amount: '1000000.00',
        terms: '借款合同2号',
      },
      'Encumbrance { id }',
    );
    const ofAll = async () =>
      (
        await exchange.anonymous.query<{ title: { encumbrances: object[] } }>(
          `{ title(assetId: "${assetId}") { encumbrances { state terms } } }`,
        )
      ).title.encumbrances;
    const ofOwn = async (login: string) =>
      (
        await query<{ encumbrances: { edges: { node: { id: string; state: string } }[] } }>(
          login,
          '{ encumbrances(first: 10) { edges { node { id state } } } }',
        )
      ).encumbrances.edges
        .map(({ node }) => node)
        .filter(({ id }) => id === pledge.id);
    expect(await ofAll()).toEqual([]);
    expect(await ofOwn('insurer')).toEqual([]);
    for (const login of ['bank', 'provider-chief'])
      expect(await ofOwn(login)).toEqual([{ id: pledge.id, state: 'PROPOSED' }]);
    const answer = { encumbranceId: pledge.id, isAccepted: true };
    expect(await refusalOf(exchange.act('insurer', 'answerEncumbrance', answer, 'Encumbrance { id }'))).toBe(
      'ENCUMBRANCE_NOT_FOUND encumbranceId',
    );
    await exchange.act('bank', 'answerEncumbrance', answer, 'Encumbrance { id }');
    expect(await ofAll()).toEqual([{ state: 'IN_FORCE', terms: '借款合同2号' }]);
    expect(await ofOwn('insurer')).toEqual([]);
  });

  it('shows what is applied for, and by whom, to the chief who stands for it and to the registry that decides', async () => {
    const { id, assetId } = await prepareA();
    const shown = async (login: string) => {
      const { registration } = await query<{ registration: object | null }>(
        login,
        `{ registration(id: "${id}") { applicantId registryId preparedBy materials { ${Object.keys(MATERIALS).join(' ')} } } }`,
      );
      return registration;
    };
    const { me } = await query<{ me: { id: string } }>('provider', '{ me { id } }');
    const all = {
      ...{ applicantId: await desk.partyOf('provider'), registryId: await desk.partyOf('registry') },
      ...{ preparedBy: me.id, materials: MATERIALS },
    };
    expect(await shown('provider-chief')).toEqual(all);
    await exchange.act('provider-chief', 'submitRegistration', { registrationId: id }, 'Registration { id }');
    expect(await shown('registry')).toEqual(all);
    expect(await shown('bank')).toBeNull();

    const found = async (of: string) => {
      const { registrations } = await query<{ registrations: { edges: { node: { id: string } }[] } }>(
        'registry',
        `{ registrations(first: 100, ${of}) { edges { node { id } } } }`,
      );
      return registrations.edges.map(({ node }) => node.id);
    };
    expect(await found(`assetId: "${assetId}"`)).toEqual([id]);
    expect(await found(`assetId: "${assetId}", type: CHANGE`)).toEqual([]);
    expect(await found('state: SUBMITTED, type: FIRST')).toContain(id);
  });

  it('names all that is missing in one list, what is not deposited with the materials', async () => {
    const { id } = await prepareA({ ...MATERIALS, subject: '', riskAssessment: ' ' }, []);
    const submit = () =>
      exchange.act('provider-chief', 'submitRegistration', { registrationId: id }, 'Registration { id }');
    await expect(submit()).rejects.toMatchObject({
      code: 'MATERIALS_MISSING',
      message: expect.stringContaining('主体信息、数据安全风险评估、存证（DATA）'),
    });
    const amended = { registrationId: id, name: '用水量', overview: '述', materials: MATERIALS };
    await exchange.act('provider', 'amendRegistration', amended, 'Registration { id }');
    await expect(submit()).rejects.toMatchObject({ code: 'EVIDENCE_NOT_DEPOSITED' });
  });

  it('tells the officer what each period is about and how many days are left', async () => {
    const { id } = await prepareA();
    await exchange.act('provider-chief', 'submitRegistration', { registrationId: id }, 'Registration { id }');
    const { legalDeadlines, exchangeTime } = await query<{
      legalDeadlines: {
        edges: { node: { registrationId: string; name: string; daysLeft: number; due: string } }[];
      };
      exchangeTime: string;
    }>(
      'registry',
      `{ exchangeTime legalDeadlines(first: 100, kind: ACCEPTANCE, track: A) {
           edges { node { registrationId name daysLeft due } } } }`,
    );
    const period = legalDeadlines.edges.map(({ node }) => node).find((node) => node.registrationId === id);
    expect(period?.name).toBe('用水量');
    expect(addDays(legalDayOf(new Date(exchangeTime)), period?.daysLeft ?? 0)).toBe(period?.due);
  });

  it('puts property rights among the duties: to join, to submit, to complete', async () => {
    const duties = async (login: string, about: string) => {
      const { myDuties } = await query<{
        myDuties: { edges: { node: { kind: string; registrationId: string | null; due: string | null } }[] };
      }>(login, '{ myDuties(first: 100) { edges { node { kind registrationId due } } } }');
      return myDuties.edges
        .map(({ node }) => node)
        .filter(({ registrationId }) => registrationId === about)
        .map(({ kind, due }) => [kind, due !== null]);
    };
    const [own, other] = await Promise.all(['provider', 'provider-2'].map(desk.partyOf));
    const rights = [
      { holderId: own ?? '', kinds: ['HOLD', 'USE'] as const },
      { holderId: other ?? '', kinds: ['USE'] as const },
    ];
    const { id, filingSha256 } = await desk.prepare('provider', { rights });
    expect(await duties('provider', id)).toEqual([['COMPLETE_DRAFT', false]]);
    expect(await duties('provider-chief', id)).toEqual([]);
    expect(await duties('provider-2-chief', id)).toEqual([['JOIN', false]]);
    await desk.act('provider-2-chief', 'joinPropertyRight', id, { filingSha256 });
    expect(await duties('provider-2-chief', id)).toEqual([]);
    expect(await duties('provider-chief', id)).toEqual([['SUBMIT', false]]);
    await desk.act('provider-chief', 'submitPropertyRight', id);
    expect(await duties('provider-chief', id)).toEqual([]);
    await desk.act('registry', 'decidePropertyRightAcceptance', id, { decision: 'RETURNED', reason: '缺' });
    expect(await duties('provider', id)).toEqual([
      ['COMPLETE_RETURNED', true],
      ['DEADLINE', true],
    ]);
    expect(await duties('provider-chief', id)).toEqual([['SUBMIT', true]]);
  });

  it('names the article by which a name, an overview or a term is too long', async () => {
    const told = async (work: Promise<unknown>) => {
      const refused = await work.catch((error: unknown) => error);
      if (!(refused instanceof Refused)) throw new Error('It was not refused');
      return [refused.path, refused.rule];
    };
    const annex = expect.stringContaining('国数综政策〔2026〕35号 Annex 1');
    const term = expect.stringContaining('国数综政策〔2026〕35号 Art. 26');
    for (const [form, rule] of [
      [{ name: '名'.repeat(41) }, annex],
      [{ overview: '述'.repeat(401) }, annex],
      [{ validYears: 6 }, term],
      [{ validYears: 0 }, term],
    ] as const)
      expect(await told(desk.prepare('provider', { form }))).toEqual([`form.${Object.keys(form)[0]}`, rule]);
    const { id } = await prepareA();
    const amend = (content: object) =>
      exchange.act(
        'provider',
        'amendRegistration',
        { registrationId: id, name: '名', overview: '述', materials: MATERIALS, ...content },
        'Registration { id }',
      );
    expect(await told(amend({ name: '名'.repeat(41) }))).toEqual(['name', annex]);
    expect(await told(amend({ overview: '' }))).toEqual(['overview', annex]);
  });

  it('tells by whom and why a title was entered, and finds objections by their state', async () => {
    const { id, assetId } = await desk.prepare('provider');
    await desk.certify('provider-chief', id);
    const upload = await (await exchange.as('bank')).upload('证据.txt', new TextEncoder().encode('后来'));
    const { id: objectionId } = await exchange.act<{ id: string }>(
      'bank',
      'lodgeLaterObjection',
      { assetId, grounds: '权属有误', evidenceUploadId: upload.id },
      'Objection { id }',
    );
    const inState = async (state: string) => {
      const { objections } = await query<{ objections: { edges: { node: { id: string } }[] } }>(
        'reviewer',
        `{ objections(state: ${state}) { edges { node { id } } } }`,
      );
      return objections.edges.map(({ node }) => node.id);
    };
    expect(await inState('OPEN')).toContain(objectionId);
    expect(await inState('NOTIFIED')).not.toContain(objectionId);
    const told = { objectionId, message: '已告知' };
    await exchange.act('reviewer', 'notifyOfObjection', told, 'Objection { id }');
    expect(await inState('OPEN')).not.toContain(objectionId);
    expect(await inState('NOTIFIED')).toContain(objectionId);

    const ended = await desk.followUp('provider', assetId, 'CANCELLATION');
    await desk.act('provider-chief', 'submitPropertyRight', ended.id);
    await desk.act('registry', 'decidePropertyRightAcceptance', ended.id, { decision: 'ACCEPTED' });
    const outcome = { outcome: 'CANCELLED', reason: '权利人放弃' };
    await desk.act('reviewer', 'examinePropertyRight', ended.id, outcome);
    const { title } = await exchange.anonymous.query<{
      title: { chain: { act: string; recordedBy: string | null; reason: string | null }[] };
    }>(`{ title(assetId: "${assetId}") { chain { act recordedBy reason } } }`);
    const { rows } = await exchange.owner.query<{ login: string; id: string }>(
      `SELECT login, id FROM person WHERE login IN ('registry', 'reviewer')`,
    );
    const idOf = Object.fromEntries(rows.map((person) => [person.login, person.id]));
    expect(title.chain).toEqual([
      { act: 'INITIAL', recordedBy: idOf['registry'], reason: null },
      { act: 'CANCELLATION', recordedBy: idOf['reviewer'], reason: '权利人放弃' },
    ]);
  });

  it('shows every holder when the rights are to be renewed, until one of them has', async () => {
    const [own, other] = await Promise.all(['provider', 'provider-2'].map(desk.partyOf));
    const rights = [
      { holderId: own ?? '', kinds: ['HOLD', 'USE'] as const },
      { holderId: other ?? '', kinds: ['OPERATE'] as const },
    ];
    const draft = await desk.prepare('provider', { form: { validYears: 1, name: '两家共有' }, rights });
    await desk.act('provider-2-chief', 'joinPropertyRight', draft.id, { filingSha256: draft.filingSha256 });
    const { assetId, certificate } = await desk.certify('provider-chief', draft.id);
    const last = addDays(certificate?.validUntil ?? '', -2);
    await exchange.act(
      'operator',
      'advanceClock',
      { to: startOfLegalDay(addDays(last, -10)).toISOString() },
      'ExchangeTime { time }',
    );
    const renewals = async (login: string) => {
      const shown = await query<{
        legalDeadlines: { edges: { node: { kind: string; due: string } }[] };
        myDuties: { edges: { node: { kind: string; subjectId: string; name: string | null } }[] };
      }>(
        login,
        `{ legalDeadlines(first: 100, kind: RENEWAL, track: B) { edges { node { kind due } } }
           myDuties(first: 100) { edges { node { kind subjectId name } } } }`,
      );
      const duties = shown.myDuties.edges.map(({ node }) => node);
      return {
        due: shown.legalDeadlines.edges.map(({ node }) => node.due).filter((due) => due === last),
        duties: duties.filter(({ subjectId }) => subjectId === assetId).map(({ kind, name }) => [kind, name]),
      };
    };
    for (const login of ['provider', 'provider-2'])
      expect(await renewals(login)).toEqual({ due: [last], duties: [['PREPARE_RENEWAL', '两家共有']] });
    for (const login of ['provider-chief', 'provider-2-chief'])
      expect((await renewals(login)).duties).toEqual([['FILE_RENEWAL', '两家共有']]);
    // Any holder may; all of them join.
    const renewal = await desk.followUp('provider-2', assetId, 'RENEWAL', { validYears: 1 });
    await desk.act('provider-chief', 'joinPropertyRight', renewal.id, { filingSha256: renewal.filingSha256 });
    await desk.act('provider-2-chief', 'submitPropertyRight', renewal.id);
    for (const login of ['provider', 'provider-2', 'provider-chief', 'provider-2-chief'])
      expect((await renewals(login)).duties).toEqual([]);
    await desk.act('registry', 'decidePropertyRightAcceptance', renewal.id, { decision: 'ACCEPTED' });
    const outcome = { outcome: 'PUBLICITY_WAIVED', reason: '续期' };
    await desk.act('reviewer', 'examinePropertyRight', renewal.id, outcome);
    await desk.act('registry', 'certifyPropertyRight', renewal.id);
    const { rows } = await exchange.owner.query(
      `SELECT party_id, closed_at IS NULL AS is_open FROM legal_deadline
       WHERE asset_id = $1 AND kind = 'RENEWAL' ORDER BY due, party_id = $2 DESC`,
      [assetId, own],
    );
    expect(rows).toEqual([
      ...[own, other].map((party_id) => ({ party_id, is_open: false })),
      ...[own, other].map((party_id) => ({ party_id, is_open: true })),
    ]);
  });

  it('leaves the renewal to who holds the rights after a transfer', async () => {
    const { id, assetId } = await desk.prepare('provider');
    await desk.certify('provider-chief', id);
    const heir = await desk.partyOf('provider-2');
    const { evidence } = await desk.deposit('provider', '转让合同', ['RIGHTS']);
    const rights = [{ holderId: heir, kinds: ['HOLD', 'USE', 'OPERATE'] }];
    const transfer = await desk.followUp('provider', assetId, 'TRANSFER', { rights, evidence });
    await desk.act('provider-2-chief', 'joinPropertyRight', transfer.id, {
      filingSha256: transfer.filingSha256,
    });
    const { certificate } = await desk.certify('provider-chief', transfer.id);
    const renewals = async () =>
      (
        await exchange.owner.query<{ party_id: string; last: string; is_open: boolean }>(
          `SELECT party_id, due::text AS last, closed_at IS NULL AS is_open FROM legal_deadline
           WHERE asset_id = $1 AND kind = 'RENEWAL' ORDER BY id`,
          [assetId],
        )
      ).rows;
    const last = addDays(certificate?.validUntil ?? '', -2);
    expect(await renewals()).toEqual([
      { party_id: await desk.partyOf('provider'), last, is_open: false },
      { party_id: heir, last, is_open: true },
    ]);
  });
});
