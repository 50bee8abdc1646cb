import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { addDays, Clock, legalDayOf, startOfLegalDay, workingDaysAfter } from '#libs/foundation';

import { usccOf } from '../../apps/pdx/src/sample/identifiers.ts';
import { SAMPLE_PASSWORD } from '../../apps/pdx/src/sample/sample-parties.ts';
import { calendarOf, firstUnknownYear } from '../support/given-calendar.ts';
import { refusalOf, startExchange, type TestExchange } from '../support/start-exchange.ts';
import { whileHeld as whileLocked } from '../support/while-held.ts';

const MATERIALS = {
  subject: '主体',
  lawfulSource: '来源',
  resource: '资源',
  evidence: '存证',
  productsAndServices: '产品',
  scenarios: '场景',
  riskAssessment: '评估',
};
const bytes = (text: string) => new TextEncoder().encode(text);

interface Filed {
  id: string;
  assetId: string;
  state: string;
  publicityUntil: string | null;
}
interface Duty {
  kind: string;
  subjectId: string;
  registrationId: string | null;
  due: string | null;
  daysLeft: number | null;
  missing: string[];
}
interface DutyPage {
  edges: { node: Duty }[];
  pageInfo: { hasNextPage: boolean; endCursor: string };
}
interface Proposal {
  id: string;
  state: string;
  answerDue: string;
  registrations: Filed[];
}

/** The parts of track A that are about others than the holder and the registry. The clock only goes forward. */
describe('track A', () => {
  let exchange: TestExchange;
  let files = 0;
  beforeAll(async () => {
    exchange = await startExchange();
    for (const [partyOf, login, role] of [
      ['registry', 'reviewer-2', 'REVIEWER'],
      ['provider', 'provider-second', 'DATA_SPECIALIST'],
      ['provider', 'provider-deputy', 'DATA_SPECIALIST'],
      ['provider-2', 'provider-2-deputy', 'DATA_SPECIALIST'],
    ])
      await exchange.act(
        'operator',
        'registerPerson',
        {
          partyId: await idOf('party_id', partyOf ?? ''),
          login,
          displayName: login,
          roles: [role],
          password: SAMPLE_PASSWORD,
        },
        'Person { id }',
      );
  });
  afterAll(() => exchange.stop());

  const now = () => exchange.service.app.get(Clock).now();
  const today = () => legalDayOf(now());
  const advanceTo = (instant: Date) =>
    exchange.act('operator', 'advanceClock', { to: instant.toISOString() }, 'ExchangeTime { time }');
  const idOf = async (column: 'id' | 'party_id', login: string) => {
    const { rows } = await exchange.owner.query<{ id: string }>(
      `SELECT ${column} AS id FROM person WHERE login = $1`,
      [login],
    );
    return rows[0]?.id ?? '';
  };
  const assetOf = async (login: string, n = 0) => {
    const { rows } = await exchange.owner.query<{
      id: string;
      name: string;
      version: string;
      dataset: string;
    }>(
      `SELECT asset.id, asset.name, dataset_version.id AS version, dataset_id AS dataset
       FROM asset JOIN person ON party_id = asset.provider_id JOIN dataset_version ON dataset_version.id = dataset_version_id
       WHERE login = $1 ORDER BY asset.id OFFSET $2 LIMIT 1`,
      [login, n],
    );
    const [asset] = rows;
    if (!asset) throw new Error(`${login} has no asset`);
    return asset;
  };
  const upload = async (login: string, text: string) => {
    const { id } = await (await exchange.as(login)).upload(`f${++files}.csv`, bytes(text));
    return id;
  };
  const FILED = `Registration { id assetId state publicityUntil submittedBy onBehalfOf isOrdered reason deliveredOn filingDue isFiledInTime
    proposal { id proposerId answer } }`;
  const registrationAct = (login: string, field: string, registrationId: string, more: object = {}) =>
    exchange.act<Filed>(login, field, { registrationId, ...more }, FILED);
  const firstDraft = async (more: object = {}, materials: object = MATERIALS) => {
    const uploadId = await upload('provider', `k,v\n${++files},2\n`);
    const { version } = await exchange.load<{ version: { id: string } }>(
      'provider',
      'registerDataset',
      { name: `甲${files}`, description: '', uploadId, subjectColumn: 'k' },
      'version { id }',
    );
    const datasetVersionId = version.id;
    await exchange.confirmColumns('provider', { datasetVersionId });
    const { id: depositId } = await exchange.act<{ id: string }>(
      'provider',
      'depositEvidence',
      { uploadId, title: '存证' },
      'EvidenceDeposit { id }',
    );
    const registryId = await idOf('party_id', 'registry');
    const content = { name: `甲${files}`, overview: '两列', materials };
    const evidence = [{ depositId, subject: 'DATA' }];
    const input = { datasetVersionId, registryId, ...content, evidence, ...more };
    return exchange.act<Filed>('provider', 'prepareRegistration', input, FILED);
  };
  const followUp = (login: string, assetId: string, type: string, more: object = {}) =>
    exchange.act<Filed>(
      login,
      'prepareFollowUpRegistration',
      { assetId, type, materials: MATERIALS, ...more },
      FILED,
    );
  const toPublicity = async (id: string) => {
    await registrationAct('registry', 'decideAcceptance', id, { decision: 'ACCEPTED' });
    const { publicityUntil } = await registrationAct('reviewer-2', 'reviewRegistration', id, {
      decision: 'PUBLICIZED',
    });
    return publicityUntil ?? '';
  };
  const duties = async (login: string, first = 100) => {
    const client = await exchange.as(login);
    const { myDuties } = await client.query<{
      myDuties: { edges: { node: Duty; cursor: string }[] };
    }>(
      `{ myDuties(first: ${first}) { edges { cursor node { kind subjectId registrationId due daysLeft missing } } } }`,
    );
    return myDuties.edges.map(({ node }) => node);
  };
  /** By the years that the exchange knows. */
  const dueAfter = async (from: string, days: number) =>
    workingDaysAfter(from, days, await calendarOf(exchange)).due;
  const publish = (year: number) =>
    exchange.act(
      'registry',
      'importCalendarYear',
      {
        ...{ year: String(year), off: [{ first: '01-01', last: '01-05' }], worked: [] },
        source: '测试，不是国务院通知',
      },
      'CalendarYear { year }',
    );
  const whileHeld = <T>(
    lock: string,
    parameters: unknown[],
    work: (waiting: (n: number) => Promise<void>) => Promise<T>,
  ) => whileLocked(exchange.owner, lock, parameters, work);

  describe('a correction by an interested party', () => {
    const PROPOSAL = `CorrectionProposal { id state answerDue answer proof decisionReason
      evidence { uploadId isProof } registrations { id assetId state publicityUntil } }`;
    const propose = async (login: string, assetId: string, more: object = {}) =>
      exchange.act<Proposal>(
        login,
        'proposeCorrection',
        {
          ...{ assetId, overview: '更正后的简介', grounds: '简介有误' },
          evidenceUploadIds: [await upload(login, '证据')],
          ...more,
        },
        PROPOSAL,
      );
    const answer = (login: string, proposalId: string, isConsented: boolean) =>
      exchange.act<Proposal>(
        login,
        'answerCorrectionProposal',
        { proposalId, isConsented, answer: isConsented ? '同意更正' : '简介无误' },
        PROPOSAL,
      );
    const bring = async (login: string, proposalId: string) =>
      exchange.act<Proposal>(
        login,
        'bringCorrectionToRegistry',
        { proposalId, proof: '原件如此', evidenceUploadIds: [await upload(login, '证明')] },
        PROPOSAL,
      );
    const decide = (login: string, proposalId: string, isOrdered: boolean) =>
      exchange.act<Proposal>(
        login,
        'decideCorrection',
        { proposalId, isOrdered, reason: '已核实' },
        PROPOSAL,
      );

    it('is made on the written consent of the holder, and carries both', async () => {
      const { id: assetId, name } = await assetOf('provider-3');
      expect(await refusalOf(propose('provider-3', assetId))).toBe('CORRECTION_NOT_POSSIBLE assetId');
      expect(await refusalOf(propose('bank', assetId, { overview: null }))).toBe('INVALID_INPUT name');
      expect(await refusalOf(propose('bank', assetId, { overview: null, name }))).toBe(
        'CORRECTION_NOT_POSSIBLE assetId',
      );
      expect(await refusalOf(propose('bank', assetId, { evidenceUploadIds: [] }))).toMatch(/INVALID_INPUT/);
      const foreign = [await upload('insurer', '别人的')];
      expect(await refusalOf(propose('bank', assetId, { evidenceUploadIds: foreign }))).toBe(
        'EVIDENCE_NOT_FOUND evidenceUploadIds.0',
      );
      expect(await refusalOf(propose('registry', assetId))).toMatch(/FORBIDDEN|NO_UPLOAD|undefined/);

      const proposed = await propose('bank', assetId);
      expect(proposed).toMatchObject({ state: 'PROPOSED', registrations: [] });
      expect(await refusalOf(propose('bank', assetId))).toBe('CORRECTION_NOT_POSSIBLE assetId');
      expect(await duties('provider-3-chief')).toContainEqual(
        expect.objectContaining({ kind: 'ANSWER_PROPOSAL', subjectId: proposed.id, due: proposed.answerDue }),
      );
      expect((await duties('provider-3')).map(({ kind }) => kind)).not.toContain('ANSWER_PROPOSAL');
      // Nobody answers for another, and the specialist not for the chief.
      expect(await refusalOf(answer('provider-4-chief', proposed.id, true))).toBe(
        'CORRECTION_PROPOSAL_NOT_FOUND proposalId',
      );
      expect(await refusalOf(answer('provider-3', proposed.id, true))).toBe('FORBIDDEN');
      expect(await refusalOf(bring('bank', proposed.id))).toBe('ANSWER_NOT_OVERDUE proposalId');
      const { correctionProposals: foreignList } = await (
        await exchange.as('bank-2')
      ).query<{ correctionProposals: { edges: object[] } }>(
        '{ correctionProposals { edges { node { id } } } }',
      );
      expect(foreignList.edges).toEqual([]);

      const consented = await answer('provider-3-chief', proposed.id, true);
      expect(consented).toMatchObject({
        state: 'CONSENTED',
        registrations: [{ assetId, state: 'SUBMITTED' }],
      });
      const registrationId = consented.registrations[0]?.id ?? '';
      expect(await refusalOf(answer('provider-3-chief', proposed.id, false))).toBe(
        'CORRECTION_PROPOSAL_NOT_IN_STATE proposalId',
      );
      // What is returned keeps the words that were consented to.
      await registrationAct('registry', 'decideAcceptance', registrationId, {
        decision: 'RETURNED',
        reason: '补材料',
      });
      const reworded = { name, overview: '另一个简介', materials: MATERIALS };
      expect(
        await refusalOf(registrationAct('provider-3', 'amendRegistration', registrationId, reworded)),
      ).toBe('INVALID_INPUT overview');
      await registrationAct('provider-3', 'amendRegistration', registrationId, {
        ...reworded,
        overview: '更正后的简介',
      });
      expect(await registrationAct('provider-3-chief', 'submitRegistration', registrationId)).toMatchObject({
        proposal: { id: proposed.id, proposerId: await idOf('party_id', 'bank'), answer: '同意更正' },
        isOrdered: false,
      });
      const until = await toPublicity(registrationId);
      await advanceTo(startOfLegalDay(addDays(until, 1)));
      expect((await registrationAct('registry', 'codeRegistration', registrationId)).state).toBe('CODED');
      const { asset } = await (
        await exchange.as('bank')
      ).query<{ asset: object }>(`{ asset(id: "${assetId}") { overview name } }`);
      expect(asset).toEqual({ overview: '更正后的简介', name });
    });

    it('is declined by taking the consented application back', async () => {
      const { id: assetId } = await assetOf('provider-5');
      const { id } = await propose('bank', assetId);
      const { registrations } = await answer('provider-5-chief', id, true);
      await registrationAct('provider-5-chief', 'withdrawRegistration', registrations[0]?.id ?? '', {
        reason: '反悔',
      });
      expect((await bring('bank', id)).state).toBe('BROUGHT');
      const withdraw = () =>
        exchange.act<Proposal>('bank', 'withdrawCorrectionProposal', { proposalId: id }, PROPOSAL);
      expect((await withdraw()).state).toBe('WITHDRAWN');
      expect(await refusalOf(withdraw())).toBe('CORRECTION_PROPOSAL_NOT_IN_STATE proposalId');
    });

    it('is ordered on proof without consent, by somebody who decides no more about it', async () => {
      const { id: assetId } = await assetOf('provider-4');
      const { id } = await propose('insurer', assetId);
      await answer('provider-4-chief', id, false);
      expect(await refusalOf(decide('reviewer', id, true))).toBe(
        'CORRECTION_PROPOSAL_NOT_IN_STATE proposalId',
      );
      expect(await refusalOf(bring('bank', id))).toBe('CORRECTION_PROPOSAL_NOT_FOUND proposalId');
      expect(await bring('insurer', id)).toMatchObject({ state: 'BROUGHT', answer: '简介无误' });
      // The proof is seen by the three who are concerned.
      const { rows } = await exchange.owner.query<{ upload_id: string }>(
        'SELECT upload_id FROM correction_proposal_evidence WHERE proposal_id = $1 AND is_proof',
        [id],
      );
      const seenBy = async (login: string) =>
        (await (await exchange.as(login)).download(rows[0]?.upload_id ?? '')).status;
      expect(await Promise.all(['reviewer', 'provider-4', 'insurer', 'bank'].map(seenBy))).toEqual([
        ...[200, 200, 200, 404],
      ]);

      // An application of the holder is decided first.
      const other = await followUp('provider-4', assetId, 'CORRECTION', { overview: '自己更正' });
      await registrationAct('provider-4-chief', 'submitRegistration', other.id);
      expect(await refusalOf(decide('reviewer', id, true))).toBe('REGISTRATION_UNDER_WAY assetId');
      await registrationAct('provider-4-chief', 'withdrawRegistration', other.id, { reason: '撤回' });
      // A draft that it lets lie is none.
      const lying = await followUp('provider-4', assetId, 'CHANGE', { ground: 'SOURCE', overview: '旧简介' });
      const ordered = await decide('reviewer', id, true);
      expect(ordered).toMatchObject({ state: 'ORDERED', registrations: [{ assetId, state: 'SUBMITTED' }] });
      const registrationId = ordered.registrations[0]?.id ?? '';

      const withdrawal = registrationAct('provider-4-chief', 'withdrawRegistration', registrationId, {
        reason: '不同意',
      });
      expect(await refusalOf(withdrawal)).toBe('REGISTRATION_NOT_IN_STATE registrationId');
      const returned = { decision: 'RETURNED', reason: '补' };
      expect(await refusalOf(registrationAct('registry', 'decideAcceptance', registrationId, returned))).toBe(
        'REGISTRATION_NOT_IN_STATE registrationId',
      );
      await registrationAct('registry', 'decideAcceptance', registrationId, { decision: 'ACCEPTED' });
      const passed = { decision: 'PUBLICIZED' };
      expect(await refusalOf(registrationAct('reviewer', 'reviewRegistration', registrationId, passed))).toBe(
        'SAME_PERSON',
      );
      // The database says so as well.
      await expect(
        exchange.owner.query('UPDATE registration SET reviewed_by = submitted_by WHERE id = $1', [
          registrationId,
        ]),
      ).rejects.toMatchObject({ constraint: 'registration_orderer_is_not_decider' });
      const { publicityUntil } = await registrationAct(
        'reviewer-2',
        'reviewRegistration',
        registrationId,
        passed,
      );
      const objection = await exchange.act<{ id: string }>(
        'bank',
        'lodgeObjection',
        { registrationId, grounds: '不实', evidenceUploadId: await upload('bank', '反证') },
        'Objection { id }',
      );
      const dismiss = (login: string) =>
        exchange.act(
          login,
          'decideObjection',
          { objectionId: objection.id, isUpheld: false, reason: '已核实' },
          'Objection { id }',
        );
      expect(await refusalOf(dismiss('reviewer'))).toBe('SAME_PERSON');
      await dismiss('reviewer-2');
      await advanceTo(startOfLegalDay(addDays(publicityUntil ?? '', 1)));
      expect(await registrationAct('registry', 'codeRegistration', registrationId)).toMatchObject({
        ...{ state: 'CODED', isOrdered: true },
      });
      const filed = () => registrationAct('provider-4-chief', 'submitRegistration', lying.id);
      expect(await refusalOf(filed())).toBe('REGISTERED_ANEW registrationId');
      await registrationAct('provider-4-chief', 'withdrawRegistration', lying.id, { reason: '撤回' });
    });

    it('is brought without an answer once the time for it is over, and is dismissed or falls away', async () => {
      const { id: assetId } = await assetOf('provider-10');
      // Into a year that is not published.
      const year = (await firstUnknownYear(exchange, Number(today().slice(0, 4)))) - 1;
      await advanceTo(startOfLegalDay(`${year}-12-24`));
      const { id, answerDue: provisional } = await propose('bank', assetId);
      const pending = await propose('insurer', assetId);
      await advanceTo(startOfLegalDay(addDays(provisional, 1)));
      expect(await refusalOf(bring('bank', id))).toBe('ANSWER_NOT_OVERDUE proposalId');
      await publish(year);
      await publish(year + 1);
      const { correctionProposals } = await (
        await exchange.as('bank')
      ).query<{ correctionProposals: { edges: { node: { id: string; answerDue: string } }[] } }>(
        '{ correctionProposals(state: PROPOSED) { edges { node { id answerDue } } } }',
      );
      const answerDue = correctionProposals.edges.find(({ node }) => node.id === id)?.node.answerDue ?? '';
      expect(answerDue).toBe(await dueAfter(`${year}-12-24`, 10));
      expect(answerDue > provisional).toBe(true);
      await advanceTo(new Date(startOfLegalDay(addDays(answerDue, 1)).getTime() - 2000));
      expect(await refusalOf(bring('bank', id))).toBe('ANSWER_NOT_OVERDUE proposalId');
      await advanceTo(startOfLegalDay(addDays(answerDue, 1)));
      await bring('bank', id);
      expect((await decide('reviewer', id, false)).state).toBe('DISMISSED');

      await exchange.act(
        'reviewer',
        'revokeRegistration',
        { assetId, reason: '材料虚假' },
        'Asset { state }',
      );
      expect(await refusalOf(answer('provider-10-chief', pending.id, true))).toBe(
        'CORRECTION_PROPOSAL_NOT_IN_STATE proposalId',
      );
      expect(await refusalOf(propose('bank', assetId))).toBe('CORRECTION_NOT_POSSIBLE assetId');
    });

    it('is answered once, however many answer', async () => {
      const { id: assetId } = await assetOf('provider-13');
      const { id } = await propose('bank', assetId);

      const outcomes = await Promise.all(
        Array.from({ length: 6 }, (_, i) => refusalOf(answer('provider-13-chief', id, i % 2 === 0))),
      );

      expect(outcomes.filter((outcome) => outcome.startsWith('not refused'))).toHaveLength(1);
      expect([...new Set(outcomes)].filter((outcome) => !outcome.startsWith('not refused'))).toEqual([
        'CORRECTION_PROPOSAL_NOT_IN_STATE proposalId',
      ]);
    });

    it('is not proposed beside a revocation', async () => {
      const { id: assetId } = await assetOf('provider-12');
      const evidenceUploadIds = [await upload('bank', '证据')];
      let proposed = Promise.resolve('not asked');

      // The revocation has ended the asset, and waits to write that into the history.
      const { revoked } = await whileHeld(
        'LOCK TABLE register_entry IN EXCLUSIVE MODE',
        [],
        async (waiting) => {
          const going = exchange.act(
            'reviewer',
            'revokeRegistration',
            { assetId, reason: '虚假' },
            'Asset { id }',
          );
          await waiting(1);
          proposed = refusalOf(propose('bank', assetId, { evidenceUploadIds }));
          await Promise.race([waiting(2), proposed]);
          return { revoked: going };
        },
      );

      await revoked;
      expect(await proposed).toBe('CORRECTION_NOT_POSSIBLE assetId');
    });

    it('does not come about beside a revocation', async () => {
      const { id: assetId } = await assetOf('provider-7');
      const { id } = await propose('bank', assetId);
      let consent = Promise.resolve('not asked');

      await whileHeld('SELECT FROM asset WHERE id = $1 FOR UPDATE', [assetId], async (waiting) => {
        const revoked = exchange.act(
          'reviewer',
          'revokeRegistration',
          { assetId, reason: '虚假' },
          'Asset { id }',
        );
        await waiting(1);
        consent = refusalOf(answer('provider-7-chief', id, true));
        await Promise.race([waiting(2), consent]);
        return { revoked };
      }).then(({ revoked }) => revoked);

      expect(await consent).toMatch(/^(CORRECTION_PROPOSAL_NOT_IN_STATE|ASSET_NOT_IN_REGISTER)/);
      const { rows } = await exchange.owner.query(
        `SELECT state FROM registration WHERE asset_id = $1 AND type = 'CORRECTION'`,
        [assetId],
      );
      expect(rows).toEqual([]);
    });
  });

  describe('a change of the data', () => {
    const subject = usccOf('9', 1001);
    const addVersion = async (login: string, datasetId: string, csv: string, more: object = {}) => {
      const uploadId = await upload(login, csv);
      const { version } = await exchange.load<{
        version: { id: string; number: number; differences: object[] };
      }>(
        login,
        'addDatasetVersion',
        { datasetId, uploadId, ...more },
        'version { id number differences { column before after } }',
      );
      return { ...version, uploadId };
    };
    const confirm = (login: string, datasetVersionId: string) =>
      exchange.confirmColumns(login, { datasetVersionId });
    const depositOf = async (login: string, uploadId: string) => {
      const { id } = await exchange.act<{ id: string }>(
        login,
        'depositEvidence',
        { uploadId, title: '新数据' },
        'EvidenceDeposit { id }',
      );
      return [{ depositId: id, subject: 'DATA' }];
    };
    const grantOn = async (assetId: string) => {
      const { rows } = await exchange.owner.query<{ id: string }>(
        `SELECT listing.id FROM listing JOIN product ON product.id = product_id WHERE asset_id = $1`,
        [assetId],
      );
      const request = await exchange.act<{ id: string }>(
        'bank',
        'requestAccess',
        {
          listingId: rows[0]?.id,
          ...{ purpose: 'LOAN_ORIGINATION', justification: '贷前审查', quota: '50' },
          validUntil: new Date(now().getTime() + 90 * 86_400_000).toISOString(),
        },
        'AccessRequest { id }',
      );
      const { usageGrant } = await exchange.act<{ usageGrant: { id: string } }>(
        'operator',
        'reviewAccessRequest',
        { accessRequestId: request.id, isApproved: true },
        'AccessRequest { usageGrant { id } }',
      );
      return async () => {
        const { answer } = await exchange.act<{ answer: string }>(
          'bank',
          'invoke',
          { usageGrantId: usageGrant.id, subject, purpose: 'LOAN_ORIGINATION' },
          'Delivery { answer }',
        );
        return JSON.parse(answer) as Record<string, unknown>;
      };
    };

    /** The columns of the asset's product and their types, and a file of one row for `subject` that has them. */
    const fileFor = async (assetId: string, valueOf: (column: string, type: string) => string) => {
      const { rows } = await exchange.owner.query<{ name: string; type: string }>(
        `SELECT c.name, c.type FROM asset JOIN dataset_column c USING (dataset_version_id)
         WHERE asset.id = $1 ORDER BY position`,
        [assetId],
      );
      const cells = rows.map(({ name, type }, i) => (i === 0 ? subject : valueOf(name, type)));
      return { columns: rows, csv: `${rows.map(({ name }) => name).join()}\n${cells.join()}\n` };
    };
    const VALUES: Record<string, string> = {
      INTEGER: '77',
      DECIMAL: '77.5',
      DATE: '2031-07-07',
      BOOLEAN: 'true',
    };

    it('answers from the old rows until it is coded and from the new ones after, under a new certificate', async () => {
      const { id: assetId, dataset, version } = await assetOf('provider');
      const { csv, columns } = await fileFor(assetId, (_, type) => VALUES[type] ?? '新值');
      const old = await addVersion('provider', dataset, csv);
      expect(old).toMatchObject({ number: 2, differences: [] });
      expect(await refusalOf(addVersion('provider', dataset, `${csv}x`))).toBe(
        'DATASET_VERSION_OPEN datasetId',
      );
      expect(await refusalOf(addVersion('provider-2', dataset, csv))).toBe('DATASET_NOT_FOUND datasetId');
      const change = { ground: 'RESOURCE', datasetVersionId: old.id };
      expect(await refusalOf(followUp('provider', assetId, 'CHANGE', change))).toBe(
        'DATASET_NOT_REGISTRABLE datasetVersionId',
      );
      await confirm('provider', old.id);
      expect(
        await refusalOf(
          exchange.act(
            'provider',
            'addDatasetVersion',
            { datasetId: dataset, uploadId: old.uploadId },
            'DatasetLoad { id }',
          ),
        ),
      ).toBe('INVALID_INPUT uploadId');
      expect(await refusalOf(followUp('provider', assetId, 'CHANGE', { ...change, ground: 'SOURCE' }))).toBe(
        'INVALID_INPUT datasetVersionId',
      );
      expect(
        await refusalOf(followUp('provider', assetId, 'CHANGE', { ...change, datasetVersionId: version })),
      ).toBe('INVALID_INPUT datasetVersionId');

      const bare = await followUp('provider', assetId, 'CHANGE', change);
      expect(await refusalOf(registrationAct('provider-chief', 'submitRegistration', bare.id))).toBe(
        'EVIDENCE_NOT_DEPOSITED evidence',
      );
      await registrationAct('provider-chief', 'withdrawRegistration', bare.id, { reason: '补证' });
      const evidence = await depositOf('provider', old.uploadId);
      const { id } = await followUp('provider', assetId, 'CHANGE', { ...change, evidence });
      await registrationAct('provider-chief', 'submitRegistration', id);
      const until = await toPublicity(id);
      await advanceTo(startOfLegalDay(addDays(until, 1)));
      const ask = await grantOn(assetId);
      const before = await ask();
      await registrationAct('registry', 'codeRegistration', id);
      const after = await ask();

      expect(Object.keys(after)).toEqual(Object.keys(before));
      expect(after).not.toEqual(before);
      for (const [field, value] of Object.entries(after)) {
        const type = columns.find(({ name }) => name === field)?.type ?? '';
        expect(String(value)).toBe(VALUES[type] ?? '新值');
      }
      const { asset } = await (
        await exchange.as('bank')
      ).query<{ asset: { datasetVersionId: string; certificate: { document: string } } }>(
        `{ asset(id: "${assetId}") { datasetVersionId certificate { document } } }`,
      );
      const { rows } = await exchange.owner.query<{ sha: string }>(
        `SELECT encode(file_sha256, 'hex') AS sha FROM dataset_version WHERE id = $1`,
        [old.id],
      );
      expect(asset.datasetVersionId).toBe(old.id);
      expect(JSON.parse(asset.certificate.document)).toMatchObject({
        credentialSubject: { datasetVersionId: old.id, dataSha256: rows[0]?.sha },
      });
      const { registerEntries } = await exchange.anonymous.query<{
        registerEntries: { differences: { field: string; before: string; after: string }[] }[];
      }>(`{ registerEntries(assetId: "${assetId}", track: A) { differences { field before after } } }`);
      expect(registerEntries.at(-1)?.differences).toContainEqual({
        ...{ field: 'datasetVersionId', before: `"${version}"`, after: `"${old.id}"` },
      });
    });

    it('has its versions one after the other, however many are sent at once', async () => {
      const { dataset } = await assetOf('provider-9');
      const { csv } = await fileFor((await assetOf('provider-9')).id, (_, type) => VALUES[type] ?? '新值');
      const uploads = await Promise.all(
        [1, 2, 3, 4].map((n) => upload('provider-9', csv.replace(subject, `${n}`))),
      );

      const outcomes = await Promise.all(
        uploads.map((uploadId) =>
          refusalOf(
            exchange.act(
              'provider-9',
              'addDatasetVersion',
              { datasetId: dataset, uploadId },
              'DatasetLoad { id }',
            ),
          ),
        ),
      );

      expect(outcomes.filter((outcome) => outcome.startsWith('not refused'))).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome === 'DATASET_LOAD_UNDER_WAY datasetId')).toHaveLength(3);
    });

    it('is refused, with all they lack by name, where listed products could not go on being answered', async () => {
      const { id: assetId, dataset } = await assetOf('provider-2');
      const { columns } = await fileFor(assetId, () => '');
      const key = columns[0]?.name ?? '';
      const version = await addVersion('provider-2', dataset, `${key},别的\n${subject},1\n`);
      expect(version.differences).toContainEqual({ column: '别的', before: null, after: 'INTEGER' });
      await confirm('provider-2', version.id);
      const evidence = await depositOf('provider-2', version.uploadId);
      const change = { ground: 'RESOURCE', datasetVersionId: version.id, evidence };
      const { id } = await followUp('provider-2', assetId, 'CHANGE', change);

      const submit = () => registrationAct('provider-2-chief', 'submitRegistration', id);
      await expect(submit()).rejects.toMatchObject({
        code: 'PRODUCTS_LACK_FIELDS',
        message: expect.stringMatching(/（.+）/),
      });
      // Off the catalogue and without a grant, it is in nobody's way: and is listed no more over data that are gone.
      const { rows: offered } = await exchange.owner.query<{ id: string }>(
        'SELECT id FROM product WHERE asset_id = $1',
        [assetId],
      );
      for (const { id: productId } of offered)
        await exchange.act('operator', 'delistProduct', { productId }, 'Product { id }');
      await submit();
      const until = await toPublicity(id);
      const fieldOf = columns.find(({ name }) => name !== key)?.name ?? '';
      const declare = (fields: string[]) =>
        exchange.act<{ id: string }>(
          'provider-2',
          'declareProduct',
          { assetId, zoneCode: 'FINANCE', name: '旧字段', description: '', fields, demandsConsent: false },
          'Product { id }',
        );
      const stale = await declare([fieldOf]);
      const live = await declare([fieldOf]);
      const list = (productId: string) =>
        exchange.act(
          'operator',
          'listProduct',
          { productId, pricePerCall: '1', providerWeight: 1, operatorWeight: 1, platformWeight: 1 },
          'Product { id }',
        );
      await list(live.id);
      await advanceTo(startOfLegalDay(addDays(until, 1)));
      expect(await refusalOf(registrationAct('registry', 'codeRegistration', id))).toBe(
        'PRODUCTS_LACK_FIELDS datasetVersionId',
      );
      await exchange.act('operator', 'delistProduct', { productId: live.id }, 'Product { id }');
      expect((await registrationAct('registry', 'codeRegistration', id)).state).toBe('CODED');
      expect(await refusalOf(list(stale.id))).toBe('PRODUCT_NOT_IN_STATE productId');
    });

    it('lists no product over the old data beside the coding', async () => {
      const { id: assetId, dataset } = await assetOf('provider-11');
      const { csv, columns } = await fileFor(assetId, (_, type) => VALUES[type] ?? '新值');
      const key = columns[0]?.name ?? '';
      const spare = columns.find(({ name }) => name !== key)?.name ?? '';
      const { rows: used } = await exchange.owner.query<{ id: string }>(
        'SELECT id FROM product WHERE asset_id = $1',
        [assetId],
      );
      for (const { id: productId } of used)
        await exchange.act('operator', 'delistProduct', { productId }, 'Product { id }');
      const [header = '', row = ''] = csv.split('\n');
      const at = columns.findIndex(({ name }) => name === spare);
      const without = (line: string) =>
        line
          .split(',')
          .filter((_, i) => i !== at)
          .join();
      const version = await addVersion('provider-11', dataset, `${without(header)}\n${without(row)}\n`);
      await confirm('provider-11', version.id);
      const evidence = await depositOf('provider-11', version.uploadId);
      const { id } = await followUp('provider-11', assetId, 'CHANGE', {
        ...{ ground: 'RESOURCE', datasetVersionId: version.id, evidence },
      });
      await registrationAct('provider-11-chief', 'submitRegistration', id);
      const until = await toPublicity(id);
      const product = await exchange.act<{ id: string }>(
        'provider-11',
        'declareProduct',
        {
          assetId,
          zoneCode: 'FINANCE',
          name: '将失',
          description: '',
          fields: [spare],
          demandsConsent: false,
        },
        'Product { id }',
      );
      await advanceTo(startOfLegalDay(addDays(until, 1)));
      let listed = Promise.resolve('not asked');

      // The coding has put the new version behind the asset and waits with that at the serial of the month.
      const coded = await whileHeld(
        'LOCK TABLE registration_serial IN ACCESS EXCLUSIVE MODE',
        [],
        async (waiting) => {
          const going = refusalOf(registrationAct('registry', 'codeRegistration', id));
          await waiting(1);
          listed = refusalOf(
            exchange.act(
              'operator',
              'listProduct',
              {
                productId: product.id,
                pricePerCall: '1',
                providerWeight: 1,
                operatorWeight: 1,
                platformWeight: 1,
              },
              'Product { id }',
            ),
          );
          await Promise.race([waiting(2), listed]);
          return { going };
        },
      );

      expect(await coded.going).toMatch(/^not refused/);
      expect(await listed).toBe('PRODUCT_NOT_IN_STATE productId');
    });
  });

  describe('the offices of a supplying body', () => {
    const delegate = (login: string, delegateId: string, more: object = {}) =>
      exchange.act<{ id: string }>(
        login,
        'delegateSubmission',
        { delegateId, from: today(), to: addDays(today(), 30), reason: '出差', ...more },
        'Delegation { id delegatorId delegateId revokedAt }',
      );
    const revoke = (login: string, delegationId: string) =>
      exchange.act<{ id: string }>(
        login,
        'revokeDelegation',
        { delegationId },
        'Delegation { id revokedAt }',
      );
    const submit = (login: string, id: string) => registrationAct(login, 'submitRegistration', id);

    it('have each their own duties, the least time left first', async () => {
      const incomplete = await firstDraft({}, { ...MATERIALS, evidence: '', scenarios: ' ' });
      const complete = await firstDraft({ deliveredOn: today() });
      const mine = await duties('provider');
      expect(mine.filter(({ subjectId }) => [incomplete.id, complete.id].includes(subjectId))).toEqual([
        expect.objectContaining({
          ...{ kind: 'COMPLETE_DRAFT', subjectId: complete.id, missing: [] },
          due: await dueAfter(today(), 20),
        }),
        expect.objectContaining({ kind: 'COMPLETE_DRAFT', missing: ['存证情况', '应用场景信息'], due: null }),
      ]);
      expect((await duties('provider-second')).map(({ subjectId }) => subjectId)).not.toContain(complete.id);
      const chiefs = await duties('provider-chief');
      expect(chiefs.filter(({ kind }) => kind === 'SUBMIT').map(({ subjectId }) => subjectId)).toEqual([
        complete.id,
      ]);
      const dues = mine.map(({ due }) => due ?? '9999');
      expect(dues).toEqual(dues.toSorted());
      // Page by page it is the same list.
      const client = await exchange.as('provider');
      const paged: string[] = [];
      for (let after: string | null = null; ;) {
        const { myDuties }: { myDuties: DutyPage } = await client.query<{ myDuties: DutyPage }>(
          `query ($after: String) { myDuties(first: 1, after: $after) { edges { node { subjectId } } pageInfo { hasNextPage endCursor } } }`,
          { after },
        );
        paged.push(...myDuties.edges.map(({ node }) => node.subjectId));
        if (!myDuties.pageInfo.hasNextPage) break;
        after = myDuties.pageInfo.endCursor;
      }
      expect(paged).toEqual(mine.map(({ subjectId }) => subjectId));
      for (const key of [
        ['a', 'SUBMIT', complete.id],
        ['2026-01-01', 'X', complete.id],
        ['2026-01-01', 'SUBMIT', 'x'],
      ]) {
        const after = Buffer.from(JSON.stringify(key)).toString('base64url');
        expect(await refusalOf(client.query(`{ myDuties(after: "${after}") { edges { cursor } } }`))).toBe(
          'INVALID_INPUT after',
        );
      }
      expect(await refusalOf(duties('bank'))).toBe('FORBIDDEN');
      await submit('provider-chief', complete.id);
      await registrationAct('registry', 'decideAcceptance', complete.id, {
        decision: 'RETURNED',
        reason: '补',
      });
      expect(await duties('provider-second')).toContainEqual(
        expect.objectContaining({ kind: 'COMPLETE_RETURNED', subjectId: complete.id }),
      );
      await registrationAct('provider-chief', 'withdrawRegistration', complete.id, { reason: '不办了' });
      await registrationAct('provider-chief', 'withdrawRegistration', incomplete.id, { reason: '不办了' });
    });

    it('lets a delegate submit in its time and for its asset, on behalf of the chief, and nobody else', async () => {
      const deputy = await idOf('id', 'provider-deputy');
      const { id, assetId } = await firstDraft();
      const other = await firstDraft();
      expect(await refusalOf(submit('provider-deputy', id))).toBe('NOT_DELEGATED registrationId');
      expect(await refusalOf(delegate('provider', deputy))).toBe('FORBIDDEN');
      const chief = await idOf('id', 'provider-chief');
      for (const [input, path] of [
        [{ delegateId: chief }, 'delegateId'],
        [{ delegateId: await idOf('id', 'provider-2') }, 'delegateId'],
        [{ from: addDays(today(), -1) }, 'from'],
        [{ to: addDays(today(), -1) }, 'to'],
        [{ assetId: (await assetOf('provider-2')).id }, 'assetId'],
      ] as const)
        expect(await refusalOf(delegate('provider-chief', deputy, input))).toBe(`INVALID_INPUT ${path}`);

      const later = await delegate('provider-chief', deputy, { from: addDays(today(), 1) });
      expect(await refusalOf(submit('provider-deputy', id))).toBe('NOT_DELEGATED registrationId');
      await revoke('provider-chief', later.id);
      expect(await refusalOf(revoke('provider-chief', later.id))).toBe('DELEGATION_NOT_FOUND delegationId');
      const delegation = await delegate('provider-chief', deputy, { assetId, to: today() });
      expect(await refusalOf(revoke('provider-2-chief', delegation.id))).toBe(
        'DELEGATION_NOT_FOUND delegationId',
      );
      expect(await refusalOf(submit('provider-deputy', other.id))).toBe('NOT_DELEGATED registrationId');
      expect((await duties('provider-deputy')).filter(({ kind }) => kind === 'SUBMIT')).toMatchObject([
        { subjectId: id },
      ]);
      expect(await submit('provider-deputy', id)).toMatchObject({
        ...{ state: 'SUBMITTED', submittedBy: deputy, onBehalfOf: chief },
      });
      const { rows } = await exchange.owner.query<{ delegation: string }>(
        `SELECT body -> 'note' ->> 'delegation' AS delegation FROM audit_outbox WHERE action = 'SUBMIT_REGISTRATION' AND subject_id = $1
         UNION ALL SELECT convert_from(leaf, 'UTF8')::jsonb -> 'body' -> 'note' ->> 'delegation' FROM audit_entry
         WHERE action = 'SUBMIT_REGISTRATION' AND subject_id = $1`,
        [id],
      );
      expect(rows).toEqual([{ delegation: delegation.id }]);
      // Whoever has submitted it does not rewrite it; and its day over, the delegation is.
      await registrationAct('registry', 'decideAcceptance', id, { decision: 'RETURNED', reason: '补' });
      const content = { name: '甲', overview: '改', materials: MATERIALS };
      expect(await refusalOf(registrationAct('provider-deputy', 'amendRegistration', id, content))).toBe(
        'SAME_PERSON',
      );
      await advanceTo(startOfLegalDay(addDays(today(), 1)));
      expect(await refusalOf(submit('provider-deputy', id))).toBe('NOT_DELEGATED registrationId');
      const reason = { reason: '不办了' };
      expect(await refusalOf(registrationAct('provider-deputy', 'withdrawRegistration', id, reason))).toBe(
        'NOT_DELEGATED registrationId',
      );
    });

    it('never lets a delegate submit or withdraw what it has written on, whoever wrote on it after', async () => {
      const { id } = await firstDraft();
      const delegation = await delegate('provider-chief', await idOf('id', 'provider'));
      expect(await refusalOf(submit('provider', id))).toBe('SAME_PERSON');
      const content = { name: '甲', overview: '改', materials: MATERIALS };
      await registrationAct('provider-second', 'amendRegistration', id, content);
      expect(await refusalOf(submit('provider', id))).toBe('SAME_PERSON');
      const reason = { reason: '不办了' };
      expect(await refusalOf(registrationAct('provider', 'withdrawRegistration', id, reason))).toBe(
        'SAME_PERSON',
      );
      expect(
        (await duties('provider')).filter(({ kind, subjectId }) => kind === 'SUBMIT' && subjectId === id),
      ).toEqual([]);
      // The database says so by itself: neither what it has written, nor without a live delegation.
      const asDeputy = async (sql: string) => {
        const client = exchange.owner;
        const partyId = await idOf('party_id', 'provider');
        await client.query('BEGIN');
        try {
          await client.query('SET LOCAL ROLE pdx_app');
          await client.query(
            `SELECT set_config('app.party_id', $1, true), set_config('app.roles', 'DATA_SPECIALIST', true)`,
            [partyId],
          );
          const { rowCount } = await client.query(sql, [id]);
          return `done to ${rowCount}`;
        } catch (error) {
          return (error as { constraint?: string }).constraint ?? String(error);
        } finally {
          await client.query('ROLLBACK');
        }
      };
      const provider = await idOf('id', 'provider');
      const chief = await idOf('id', 'provider-chief');
      const deputy = await idOf('id', 'provider-deputy');
      const set = `UPDATE registration SET state = 'SUBMITTED', submitted_at = now() + interval '10 years'`;
      expect(await asDeputy(`${set}, submitted_by = '${deputy}' WHERE id = $1`)).toBe(
        'registration_acted_on_by_chief',
      );
      const under = `on_behalf_of = '${chief}', delegation_id = '${delegation.id}'`;
      expect(await asDeputy(`${set}, submitted_by = '${deputy}', ${under} WHERE id = $1`)).toBe(
        'registration_acted_on_by_chief',
      );
      const at = `submitted_at = '${now().toISOString()}'`;
      const own = `UPDATE registration SET state = 'SUBMITTED', ${at}, submitted_by = '${provider}', ${under} WHERE id = $1`;
      expect(await asDeputy(own)).toBe('registration_delegate_is_not_preparer');
      await revoke('provider-chief', delegation.id);
      expect(await asDeputy(own)).toBe('registration_acted_on_by_chief');
      await registrationAct('provider-chief', 'withdrawRegistration', id, reason);
    });

    it('ends a delegation with the office of who has made it', async () => {
      const { id } = await firstDraft();
      await delegate('provider-chief', await idOf('id', 'provider-deputy'));
      await exchange.owner.query(`UPDATE person SET is_active = false WHERE login = 'provider-chief'`);
      expect(await refusalOf(submit('provider-deputy', id))).toBe('NOT_DELEGATED registrationId');
      await exchange.owner.query(`UPDATE person SET is_active = true WHERE login = 'provider-chief'`);
      expect((await submit('provider-deputy', id)).state).toBe('SUBMITTED');
      expect(
        await registrationAct('provider-deputy', 'withdrawRegistration', id, { reason: '代撤' }),
      ).toMatchObject({ state: 'WITHDRAWN' });
    });

    it('lets a revocation wait for the submission that is going on, and no submission after it', async () => {
      const deputy = await idOf('id', 'provider-2-deputy');
      const { id: assetId } = await assetOf('provider-2');
      const { id } = await followUp('provider-2', assetId, 'CORRECTION', { overview: '再更正' });
      const delegation = await delegate('provider-2-chief', deputy);
      let revoked: Promise<unknown> = Promise.resolve();
      let isRevoked = false;

      // The submission has its mandate, and waits at the asset.
      const submission = await whileHeld(
        'SELECT FROM asset WHERE id = $1 FOR UPDATE',
        [assetId],
        async (waiting) => {
          const going = refusalOf(submit('provider-2-deputy', id));
          await waiting(1);
          revoked = revoke('provider-2-chief', delegation.id).then(() => (isRevoked = true));
          await Promise.race([waiting(2), revoked]);
          return { going, wasRevoked: isRevoked };
        },
      );

      expect(submission.wasRevoked).toBe(false);
      expect(await submission.going).toMatch(/^not refused/);
      await revoked;
      expect(
        await refusalOf(registrationAct('provider-2-deputy', 'withdrawRegistration', id, { reason: '撤' })),
      ).toBe('NOT_DELEGATED registrationId');
    });
  });

  it('says whether a first registration was filed within twenty working days of delivery, and refuses none for it', async () => {
    const future = firstDraft({ deliveredOn: addDays(today(), 1) });
    expect(await refusalOf(future)).toBe('INVALID_INPUT deliveredOn');
    const seen = async (id: string) => {
      const { registration } = await (
        await exchange.as('registry')
      ).query<{ registration: object }>(
        `{ registration(id: "${id}") { state deliveredOn filingDue isFiledInTime } }`,
      );
      return registration;
    };
    const { id } = await firstDraft({ deliveredOn: '2026-01-05' });
    await registrationAct('provider-chief', 'submitRegistration', id);
    expect(await seen(id)).toEqual({
      ...{ state: 'SUBMITTED', deliveredOn: '2026-01-05', filingDue: workingDaysAfter('2026-01-05', 20).due },
      isFiledInTime: false,
    });
    expect((await registrationAct('registry', 'decideAcceptance', id, { decision: 'ACCEPTED' })).state).toBe(
      'ACCEPTED',
    );
    const none = await firstDraft();
    await registrationAct('provider-chief', 'submitRegistration', none.id);
    expect(await seen(none.id)).toMatchObject({ deliveredOn: null, isFiledInTime: null });

    // Into a year that is not published nothing is said, until it is.
    const year = Number(today().slice(0, 4));
    await advanceTo(startOfLegalDay(`${year}-12-20`));
    const { id: provisional } = await firstDraft({ deliveredOn: today() });
    await registrationAct('provider-chief', 'submitRegistration', provisional);
    expect(await seen(provisional)).toMatchObject({ isFiledInTime: null });
    await publish(year);
    await publish(year + 1);
    expect(await seen(provisional)).toMatchObject({
      ...{ isFiledInTime: true, filingDue: await dueAfter(today(), 20) },
    });
  });

  it('puts renewals before both offices in the last sixty days, until they are filed', async () => {
    const { id: assetId } = await assetOf('provider-9');
    const { rows } = await exchange.owner.query<{ last: string }>(
      'SELECT (max(valid_until) - 1)::text AS last FROM certificate WHERE asset_id = $1',
      [assetId],
    );
    const last = rows[0]?.last ?? '';
    const renewals = async (login: string) =>
      (await duties(login)).filter(({ kind }) => kind.endsWith('_RENEWAL') || kind === 'SUBMIT');
    await advanceTo(new Date(startOfLegalDay(addDays(last, -60)).getTime() - 60_000));
    expect(await renewals('provider-9-chief')).toEqual([]);
    await advanceTo(startOfLegalDay(addDays(last, -60)));
    const about = { subjectId: assetId, due: last, daysLeft: 60 };
    expect(await renewals('provider-9')).toMatchObject([{ kind: 'PREPARE_RENEWAL', ...about }]);
    expect(await renewals('provider-9-chief')).toMatchObject([{ kind: 'FILE_RENEWAL', ...about }]);
    const { id } = await followUp('provider-9', assetId, 'RENEWAL');
    expect(await renewals('provider-9')).toEqual([]);
    expect(await renewals('provider-9-chief')).toMatchObject([
      { kind: 'FILE_RENEWAL' },
      { kind: 'SUBMIT', subjectId: id, daysLeft: 60 },
    ]);
    await registrationAct('provider-9-chief', 'submitRegistration', id);
    expect(await renewals('provider-9-chief')).toEqual([]);
  });
});
