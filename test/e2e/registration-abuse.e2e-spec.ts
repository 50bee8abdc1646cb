import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { ExpiryService } from '#libs/asset';
import { addDays, Clock, legalDayOf, startOfLegalDay, WORKING_DAY_CALENDAR } from '#libs/foundation';

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

/** Track A, used by those who want of it what they are not to have. The clock only goes forward. */
describe('the register of public data resources', () => {
  let exchange: TestExchange;
  const now = () => exchange.service.app.get(Clock).now();
  const today = () => legalDayOf(now());
  beforeAll(async () => {
    exchange = await startExchange();
    const thisYear = Number(today().slice(0, 4));
    for (let year = thisYear; year < thisYear + 5; year++) {
      if (WORKING_DAY_CALENDAR[year]) continue;
      const off = [{ first: '01-01', last: '01-01' }];
      const input = { year: String(year), off, worked: [], source: '测试，不是国务院通知' };
      await exchange.act('registry', 'importCalendarYear', input, 'CalendarYear { year }');
    }
  });
  afterAll(() => exchange.stop());

  const advanceToDay = async (day: string) => {
    const input = { to: startOfLegalDay(day).toISOString() };
    await exchange.act('operator', 'advanceClock', input, 'ExchangeTime { time }');
  };
  const act = (login: string, field: string, registrationId: string, more: object = {}) =>
    exchange.act<{ id: string; state: string }>(
      login,
      field,
      { registrationId, ...more },
      'Registration { id state }',
    );
  const assetOf = async (login: string) => {
    const { rows } = await exchange.owner.query<{ id: string; state: string; until: string }>(
      `SELECT asset.id, asset.state, valid_until::text AS until FROM asset JOIN person ON party_id = provider_id
              JOIN certificate ON asset_id = asset.id
       WHERE login = $1 ORDER BY asset.id LIMIT 1`,
      [login],
    );
    return rows[0] ?? { id: '', state: '', until: '' };
  };
  const returnIt = (id: string) =>
    act('registry', 'decideAcceptance', id, { decision: 'RETURNED', reason: '补正' });

  it('takes a renewal that was filed in time as often as it is returned, and ends one that is left lying', async () => {
    const { until } = await assetOf('provider-3');
    const file = async (login: string) => {
      const { id: assetId } = await assetOf(login);
      const input = { assetId, type: 'RENEWAL', materials: MATERIALS };
      const { id } = await exchange.act<{ id: string }>(
        login,
        'prepareFollowUpRegistration',
        input,
        'Registration { id }',
      );
      await act(`${login}-chief`, 'submitRegistration', id);
      await returnIt(id);
      return id;
    };
    await advanceToDay(addDays(until, -1));
    const completed = await file('provider-3');
    const lying = await file('provider-4');
    await advanceToDay(addDays(until, 1));
    for (const returned of [true, true, false]) {
      expect((await act('provider-3-chief', 'submitRegistration', completed)).state).toBe('SUBMITTED');
      if (returned) await returnIt(completed);
    }
    const expiry = exchange.service.app.get(ExpiryService);
    const lapse = async () => {
      while ((await expiry.lapseDue()) > 0);
    };
    await lapse();
    expect((await assetOf('provider-4')).state).toBe('REGISTERED');
    const ended = { decision: 'NOT_ACCEPTED', reason: '逾期未补正' };
    expect((await act('registry', 'decideAcceptance', lying, ended)).state).toBe('NOT_ACCEPTED');
    for (let tries = 0; tries < 100 && (await assetOf('provider-4')).state === 'REGISTERED'; tries++)
      await lapse();
    expect((await assetOf('provider-4')).state).toBe('LAPSED');
    expect((await assetOf('provider-3')).state).toBe('REGISTERED');
    expect(await refusalOf(act('provider-4-chief', 'submitRegistration', lying))).toBe(
      'REGISTRATION_NOT_IN_STATE registrationId',
    );
  });
});
