import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import {
  addDays,
  addMonths,
  Clock,
  legalDayOf,
  startOfLegalDay,
  WORKING_DAY_CALENDAR,
} from '#libs/foundation';
import { TitleClockService } from '#libs/property-right';

import { SAMPLE_PASSWORD } from '../../apps/pdx/src/sample/sample-parties.ts';
import { atPropertyRights, FORM, type PropertyRight } from '../support/given-property-right.ts';
import { refusalOf, startExchange, type TestExchange } from '../support/start-exchange.ts';

/** Track B, used by those who want of it what they are not to have. The clock only goes forward. */
describe('the register of data property rights', () => {
  let exchange: TestExchange;
  let desk: ReturnType<typeof atPropertyRights>;
  const all = ['HOLD', 'USE', 'OPERATE'] as const;
  const now = () => exchange.service.app.get(Clock).now();
  const today = () => legalDayOf(now());
  beforeAll(async () => {
    exchange = await startExchange();
    desk = atPropertyRights(exchange);
    const thisYear = Number(today().slice(0, 4));
    // Years that are not published would make periods provisional; what is said of them here is made up.
    for (let year = thisYear; year < thisYear + 8; year++) {
      if (WORKING_DAY_CALENDAR[year]) continue;
      const off = [{ first: '01-01', last: '01-01' }];
      const input = { year: String(year), off, worked: [], source: '测试，不是国务院通知' };
      await exchange.act('registry', 'importCalendarYear', input, 'CalendarYear { year }');
    }
    const people = [
      ['bank', 'bank-checker', ['INSTITUTION_USER']],
      ['registry', 'registry-both', ['REGISTRY_OFFICER', 'REVIEWER']],
    ] as const;
    for (const [of, login, roles] of people) {
      const person = { partyId: await desk.partyOf(of), login, displayName: login };
      const input = { ...person, roles, password: SAMPLE_PASSWORD };
      await exchange.act('operator', 'registerPerson', input, 'Person { id }');
    }
  });
  afterAll(() => exchange.stop());

  const advanceToDay = async (day: string) => {
    if (today() >= day) return;
    const input = { to: startOfLegalDay(day).toISOString() };
    await exchange.act('operator', 'advanceClock', input, 'ExchangeTime { time }');
  };
  const workClocks = async () => {
    const clock = exchange.service.app.get(TitleClockService);
    while ((await clock.actDue()) > 0);
  };
  const joined = async (login: string, { id, filingSha256 }: PropertyRight) =>
    desk.act(login, 'joinPropertyRight', id, { filingSha256 });
  const toExamined = async (submitter: string, id: string) => {
    await desk.act(submitter, 'submitPropertyRight', id);
    await desk.act('registry', 'decidePropertyRightAcceptance', id, { decision: 'ACCEPTED' });
    await desk.act('reviewer', 'examinePropertyRight', id, { outcome: 'PUBLICITY_WAIVED', reason: '急' });
  };
  const sole = async (login: string) => [{ holderId: await desk.partyOf(login), kinds: all }];

  it('does by the clock what can be done, also beside what cannot', async () => {
    const stuck = await desk.prepare('provider');
    const other = await desk.prepare('provider-2');
    await desk.act('provider-chief', 'submitPropertyRight', stuck.id);
    await desk.act('provider-2-chief', 'submitPropertyRight', other.id);
    // Its file has no number left for another act.
    await exchange.owner.query(
      `INSERT INTO registration_act SELECT registration_id, 2147483647, action, done_by, done_at, state_before, state_after,
              reason, track, type, applicant_id, registry_id FROM registration_act WHERE registration_id = $1 LIMIT 1`,
      [stuck.id],
    );
    await exchange.owner.query(
      `UPDATE legal_deadline SET due = due - 1 WHERE registration_id = $1 AND kind = 'ACCEPTANCE'`,
      [stuck.id],
    );
    await advanceToDay(addDays(today(), 20));
    await workClocks();
    const { rows } = await exchange.owner.query(
      'SELECT state FROM registration WHERE id = ANY ($1) ORDER BY id = $2',
      [[stuck.id, other.id], stuck.id],
    );
    expect(rows).toEqual([{ state: 'ACCEPTED' }, { state: 'SUBMITTED' }]);
  });

  it('registers by a change nothing that an initial registration is refused', async () => {
    const { id, assetId } = await desk.prepare('provider');
    await desk.certify('provider-chief', id);
    const changeTo = async (form: object) => {
      const changed = { ...FORM, rights: await sole('provider'), ...form };
      const draft = await desk.followUp('provider', assetId, 'CHANGE', { form: changed });
      const refusal = await refusalOf(desk.act('provider-chief', 'submitPropertyRight', draft.id));
      await desk.act('provider-chief', 'withdrawPropertyRight', draft.id, { reason: '撤回' });
      return refusal;
    };
    expect(await changeTo({ dataClass: 'AUTHORISED_OPERATION' })).toBe('TRACK_A_CODE_NEEDED form.dataClass');
    const entrusted = { source: 'AGREED', basis: 'ENTRUSTED_PROCESSING', rightsGround: '委托合同' };
    expect(await changeTo(entrusted)).toBe('EVIDENCE_NOT_DEPOSITED evidence');
  });

  it('changes nothing about the rights in a pledged title', async () => {
    const { id, assetId } = await desk.prepare('provider');
    await desk.certify('provider-chief', id);
    const changed = async (form: object) => {
      const draft = await desk.followUp('provider', assetId, 'CHANGE', { form: { ...FORM, ...form } });
      await toExamined('provider-chief', draft.id);
      return draft.id;
    };
    const [share] = await sole('provider');
    const emptied = await changed({ rights: [{ ...share, until: addDays(today(), 1), limits: '不得处分' }] });
    const pledge = await exchange.act<{ id: string }>(
      'provider-chief',
      'proposeEncumbrance',
      { assetId, kind: 'PLEDGE', beneficiaryId: await desk.partyOf('bank'), terms: '质押合同' },
      'Encumbrance { id }',
    );
    const answer = { encumbranceId: pledge.id, isAccepted: true };
    await exchange.act('bank', 'answerEncumbrance', answer, 'Encumbrance { id }');
    expect(await refusalOf(desk.act('registry', 'certifyPropertyRight', emptied))).toBe(
      'TITLE_ENCUMBERED registrationId',
    );
    await desk.act('provider-chief', 'withdrawPropertyRight', emptied, { reason: '撤回' });
    expect(await refusalOf(changed({ rights: [{ ...share, limits: '不得处分' }] }))).toBe(
      'TITLE_ENCUMBERED registrationId',
    );
    const drafts = await exchange.owner.query<{ id: string }>(
      `SELECT id FROM registration WHERE asset_id = $1 AND state = 'DRAFT'`,
      [assetId],
    );
    const insurer = await desk.partyOf('insurer');
    const { evidence } = await desk.deposit('provider', '转让合同', ['RIGHTS']);
    await desk.act('provider-chief', 'withdrawPropertyRight', drafts.rows[0]?.id ?? '', { reason: '撤回' });
    const sold = await desk.followUp('provider', assetId, 'TRANSFER', {
      rights: [{ holderId: insurer, kinds: all }],
      evidence,
    });
    await joined('insurer', sold);
    expect(await refusalOf(desk.act('provider-chief', 'submitPropertyRight', sold.id))).toBe(
      'TITLE_ENCUMBERED registrationId',
    );
    await desk.act('provider-chief', 'withdrawPropertyRight', sold.id, { reason: '撤回' });
    // What is said about the data may change.
    const reworded = await changed({ rights: [share], overview: '更正后的简介' });
    expect((await desk.act('registry', 'certifyPropertyRight', reworded)).state).toBe('CERTIFIED');
  });

  it('tells nobody but the two of a pledge that is only proposed', async () => {
    const { id, assetId } = await desk.prepare('provider');
    await desk.certify('provider-chief', id);
    const input = { assetId, kind: 'PLEDGE', beneficiaryId: await desk.partyOf('bank'), terms: '机密条件' };
    const pledge = await exchange.act<{ id: string }>(
      'provider-chief',
      'proposeEncumbrance',
      input,
      'Encumbrance { id }',
    );
    const shown = async () => {
      const { title } = await exchange.anonymous.query<{ title: { encumbrances: { terms: string }[] } }>(
        `{ title(assetId: "${assetId}") { encumbrances { terms } } }`,
      );
      return title.encumbrances.map(({ terms }) => terms);
    };
    const knownTo = async (login: string) => {
      const { encumbrances } = await (
        await exchange.as(login)
      ).query<{ encumbrances: { edges: { node: { id: string; terms: string } }[] } }>(
        '{ encumbrances(first: 100) { edges { node { id terms } } } }',
      );
      const found = encumbrances.edges.map(({ node }) => node).filter((node) => node.id === pledge.id);
      return found.map(({ terms }) => terms);
    };
    expect(await shown()).toEqual([]);
    expect(await Promise.all(['provider', 'bank', 'insurer', 'registry'].map(knownTo))).toEqual([
      ...[['机密条件'], ['机密条件'], [], []],
    ]);
    const answer = { encumbranceId: pledge.id, isAccepted: true };
    await exchange.act('bank', 'answerEncumbrance', answer, 'Encumbrance { id }');
    expect(await shown()).toEqual(['机密条件']);
  });

  it('gives by a transfer no right for longer than it was held', async () => {
    const until = addMonths(today(), 6);
    const rights = [{ holderId: await desk.partyOf('provider'), kinds: all, until }];
    const { id, assetId } = await desk.prepare('provider', { rights });
    await desk.certify('provider-chief', id);
    const { evidence } = await desk.deposit('provider', '转让合同', ['RIGHTS']);
    const [taker] = await sole('bank');
    const transfer = (end: string | null) =>
      desk.followUp('provider', assetId, 'TRANSFER', { rights: [{ ...taker, until: end }], evidence });
    expect(await refusalOf(transfer(null))).toBe('RIGHTS_NOT_TRANSFERABLE rights.0.until');
    expect(await refusalOf(transfer(addDays(until, 1)))).toBe('RIGHTS_NOT_TRANSFERABLE rights.0.until');
    expect((await transfer(until)).state).toBe('DRAFT');
  });

  it('is not certified by the one who alone has looked at it, when silence has accepted it', async () => {
    const { id } = await desk.prepare('provider');
    await desk.act('provider-chief', 'submitPropertyRight', id);
    await advanceToDay(addDays(today(), 20));
    await workClocks();
    const waived = { outcome: 'PUBLICITY_WAIVED', reason: '急' };
    await desk.act('registry-both', 'examinePropertyRight', id, waived);
    expect(await refusalOf(desk.act('registry-both', 'certifyPropertyRight', id))).toBe('SAME_PERSON');
    expect((await desk.act('registry', 'certifyPropertyRight', id)).state).toBe('CERTIFIED');
  });

  it('is not rewritten by who has submitted it', async () => {
    const rights = [...(await sole('provider')), ...(await sole('bank'))];
    const first = await desk.prepare('provider', { rights });
    await joined('bank', first);
    await desk.certify('provider-chief', first.id);
    const form = { ...FORM, rights, overview: '新的简介' };
    const change = await desk.followUp('bank', first.assetId, 'CHANGE', { form });
    await joined('provider-chief', change);
    await desk.act('bank-checker', 'submitPropertyRight', change.id);
    await desk.act('registry', 'decidePropertyRightAcceptance', change.id, {
      decision: 'RETURNED',
      reason: '补正',
    });
    expect(await refusalOf(desk.act('bank-checker', 'amendPropertyRight', change.id, { form }))).toBe(
      'SAME_PERSON',
    );
    expect((await desk.act('bank', 'amendPropertyRight', change.id, { form })).state).toBe('RETURNED');
  });

  it('lets no draft of one holder keep another from filing, and none be filed about what has changed since', async () => {
    const rights = [...(await sole('provider')), ...(await sole('bank'))];
    const first = await desk.prepare('provider', { rights, form: { validYears: 1 } });
    await joined('bank', first);
    await desk.certify('provider-chief', first.id);
    const { assetId } = first;
    // The bank writes a transfer to the insurer, and lets it lie.
    const { evidence } = await desk.deposit('bank', '转让合同', ['RIGHTS']);
    const [insurer] = await sole('insurer');
    const lying = await desk.followUp('bank', assetId, 'TRANSFER', {
      rights: [rights[0], insurer],
      evidence,
    });
    await joined('provider-chief', lying);
    await joined('insurer', lying);
    await advanceToDay(addMonths(today(), 8));
    const renewal = await desk.followUp('provider', assetId, 'RENEWAL', { validYears: 2 });
    expect(await refusalOf(desk.followUp('provider', assetId, 'CANCELLATION'))).toBe(
      'PROPERTY_RIGHT_UNDER_WAY assetId',
    );
    await joined('bank', renewal);
    await desk.act('provider-chief', 'submitPropertyRight', renewal.id);
    expect(await refusalOf(desk.act('bank-checker', 'submitPropertyRight', lying.id))).toBe(
      'PROPERTY_RIGHT_UNDER_WAY assetId',
    );
    await desk.act('registry', 'decidePropertyRightAcceptance', renewal.id, { decision: 'ACCEPTED' });
    await desk.act('reviewer', 'examinePropertyRight', renewal.id, {
      outcome: 'PUBLICITY_WAIVED',
      reason: '续',
    });
    await desk.act('registry', 'certifyPropertyRight', renewal.id);
    expect(await refusalOf(desk.act('bank-checker', 'submitPropertyRight', lying.id))).toBe(
      'REGISTERED_ANEW registrationId',
    );
    const anew = await desk.act('bank', 'amendPropertyRight', lying.id, { rights: [rights[0], insurer] });
    expect(anew.filers.map(({ joinedAt }) => joinedAt)).toEqual([null, null]);
    await joined('provider-chief', anew);
    await joined('insurer', anew);
    expect((await desk.act('bank-checker', 'submitPropertyRight', lying.id)).state).toBe('SUBMITTED');
  });

  it('changes what was renewed early, to the last day of the renewed term', async () => {
    const { id, assetId } = await desk.prepare('provider', { form: { validYears: 5 } });
    await desk.certify('provider-chief', id);
    const until = addMonths(today(), 60);
    await advanceToDay(addMonths(addDays(until, -1), -6));
    const renewal = await desk.followUp('provider', assetId, 'RENEWAL', { validYears: 5 });
    await desk.certify('provider-chief', renewal.id);
    const form = { ...FORM, validYears: 5, overview: '新的简介', rights: await sole('provider') };
    const change = await desk.followUp('provider', assetId, 'CHANGE', { form });
    const changed = await desk.certify('provider-chief', change.id);
    expect(changed.certificate).toMatchObject({ validFrom: today(), validUntil: addMonths(until, 60) });
  });
});
