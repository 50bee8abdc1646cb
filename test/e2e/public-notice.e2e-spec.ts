import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { addDays, Clock, legalDayOf, startOfLegalDay, workingDaysAfter } from '#libs/foundation';

import { calendarOf, firstUnknownYear } from '../support/given-calendar.ts';
import { atPropertyRights } from '../support/given-property-right.ts';
import { refusalOf, startExchange, type TestExchange } from '../support/start-exchange.ts';

const MATERIALS = Object.fromEntries(
  [
    ...['subject', 'lawfulSource', 'resource', 'evidence'],
    ...['productsAndServices', 'scenarios', 'riskAssessment'],
  ].map((group) => [group, '见附件']),
);

/** The clock only goes forward, so the tests are in the order of time. */
describe('public notices that reach into a year that is not published', () => {
  let exchange: TestExchange;
  let desk: ReturnType<typeof atPropertyRights>;
  let year: number;
  const until: Record<'A' | 'B', string> = { A: '', B: '' };
  const ids: Record<'A' | 'B', string> = { A: '', B: '' };

  const today = () => legalDayOf(exchange.service.app.get(Clock).now());
  const advanceToDay = (day: string) =>
    exchange.act(
      'operator',
      'advanceClock',
      { to: startOfLegalDay(day).toISOString() },
      'ExchangeTime { time }',
    );
  const actOnA = (login: string, field: string, more: object = {}) =>
    exchange.act<{ state: string; publicityUntil: string }>(
      login,
      field,
      { registrationId: ids.A, ...more },
      'Registration { state publicityUntil }',
    );
  const object = async (login: string, registrationId: string) => {
    const upload = await (await exchange.as(login)).upload('证据.txt', new TextEncoder().encode(login));
    const input = { registrationId, grounds: '数据归我', evidenceUploadId: upload.id };
    return exchange.act<{ id: string }>(login, 'lodgeObjection', input, 'Objection { id }');
  };
  const notices = async (track: 'A' | 'B') => {
    const { publicityNotices } = await exchange.anonymous.query<{
      publicityNotices: { edges: { node: { publicityUntil: string; isProvisional: boolean } }[] };
    }>(`{ publicityNotices(track: ${track}) { edges { node { publicityUntil isProvisional } } } }`);
    return publicityNotices.edges.map(({ node }) => node);
  };

  beforeAll(async () => {
    exchange = await startExchange();
    desk = atPropertyRights(exchange);
    year = await firstUnknownYear(exchange, Number(today().slice(0, 4)));
    await advanceToDay(`${year - 1}-12-27`);
    const { assets } = await (
      await exchange.as('provider')
    ).query<{ assets: { edges: { node: { id: string; providerId: string } }[] } }>(
      '{ assets(first: 100) { edges { node { id providerId } } } }',
    );
    const own = await desk.partyOf('provider');
    const assetId = assets.edges.find(({ node }) => node.providerId === own)?.node.id;
    const change = { assetId, type: 'CORRECTION', overview: '更正后的简介', materials: MATERIALS };
    const made = await exchange.act<{ id: string }>(
      'provider',
      'prepareFollowUpRegistration',
      change,
      'Registration { id }',
    );
    ids.A = made.id;
    await actOnA('provider-chief', 'submitRegistration');
    await actOnA('registry', 'decideAcceptance', { decision: 'ACCEPTED' });
    until.A = (await actOnA('reviewer', 'reviewRegistration', { decision: 'PUBLICIZED' })).publicityUntil;

    ids.B = (await desk.prepare('provider')).id;
    await desk.act('provider-chief', 'submitPropertyRight', ids.B);
    await desk.act('registry', 'decidePropertyRightAcceptance', ids.B, { decision: 'ACCEPTED' });
    const examined = await desk.act('reviewer', 'examinePropertyRight', ids.B, { outcome: 'PUBLICIZED' });
    until.B = examined.publicityUntil ?? '';
  });
  afterAll(() => exchange.stop());

  it('are said to be provisional, and nothing is registered by them when their last day is over', async () => {
    for (const track of ['A', 'B'] as const)
      expect(await notices(track)).toEqual([{ publicityUntil: until[track], isProvisional: true }]);
    await advanceToDay(addDays(until.A, 1));
    expect(await refusalOf(actOnA('registry', 'codeRegistration'))).toBe(
      'PUBLICITY_PROVISIONAL registrationId',
    );
    expect(await refusalOf(desk.act('registry', 'certifyPropertyRight', ids.B))).toBe(
      'PUBLICITY_PROVISIONAL registrationId',
    );
    for (const [track, state] of [
      ['A', 'CODED'],
      ['B', 'CERTIFIED'],
    ] as const)
      await expect(
        exchange.owner.query('UPDATE registration SET state = $2 WHERE id = $1', [ids[track], state]),
      ).rejects.toMatchObject({ constraint: 'registration_notice_not_provisional' });
  });

  it('are objected to as long as their last day may still move', async () => {
    const decide = (field: string, objectionId: string) =>
      exchange.act<{ state: string }>(
        'reviewer',
        field,
        { objectionId, isUpheld: false, reason: '已核实' },
        'Objection { state }',
      );
    const { id: onA } = await object('bank', ids.A);
    expect((await decide('decideObjection', onA)).state).toBe('DISMISSED');
    const { id: onB } = await object('bank', ids.B);
    expect((await decide('decidePropertyRightObjection', onB)).state).toBe('DISMISSED');
  });

  it('end when the published year says so, and are then acted upon', async () => {
    const off = [{ first: '01-01', last: '01-12' }];
    const input = { year: String(year), off, worked: [], source: '测试，不是国务院通知' };
    await exchange.act('registry', 'importCalendarYear', input, 'CalendarYear { year }');
    const calendar = await calendarOf(exchange);
    const ends = {
      A: workingDaysAfter(`${year - 1}-12-27`, 10, calendar).due,
      B: workingDaysAfter(`${year - 1}-12-27`, 5, calendar).due,
    };
    expect(ends.B > until.B && ends.A > until.A).toBe(true);
    for (const track of ['A', 'B'] as const)
      expect(await notices(track)).toEqual([{ publicityUntil: ends[track], isProvisional: false }]);
    const { deadlines } = await desk.act('reviewer', 'extendExamination', ids.B, {
      workingDays: 1,
      reason: '案情复杂',
    });
    // The objection was decided while the notice, as it turned out, went on.
    expect(deadlines.find(({ kind, closedAt }) => kind === 'EXAMINATION' && !closedAt)?.beginsOn).toBe(
      ends.B,
    );
    expect(await refusalOf(actOnA('registry', 'codeRegistration'))).toBe('PUBLICITY_NOT_OVER registrationId');
    expect(await refusalOf(desk.act('registry', 'certifyPropertyRight', ids.B))).toBe(
      'PUBLICITY_NOT_OVER registrationId',
    );
    await advanceToDay(addDays(ends.A, 1));
    expect(await refusalOf(object('insurer', ids.A))).toBe('OBJECTION_NOT_POSSIBLE registrationId');
    expect((await actOnA('registry', 'codeRegistration')).state).toBe('CODED');
    expect((await desk.act('registry', 'certifyPropertyRight', ids.B)).state).toBe('CERTIFIED');
  });
});

describe('the calendar of the sample exchange', () => {
  it('knows this year and the next, and says of what nobody has published that it is made up', async () => {
    const exchange = await startExchange();
    try {
      const { workingCalendar } = await exchange.anonymous.query<{
        workingCalendar: { year: string; source: string | null }[];
      }>('{ workingCalendar { year source } }');
      const thisYear = new Date().getFullYear();
      for (const year of [thisYear, thisYear + 1])
        expect(workingCalendar.map((known) => known.year)).toContain(String(year));
      for (const { source } of workingCalendar) expect(source ?? '虚构').toContain('虚构');
    } finally {
      await exchange.stop();
    }
  });
});
