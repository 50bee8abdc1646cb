import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { Client } from 'pg';

import { LegalDeadlineService, WorkingCalendarService } from '#libs/asset';
import { AuditModule } from '#libs/audit';
import { DatabaseModule } from '#libs/database';
import { DatasetModule } from '#libs/dataset';
import { Clock, DomainError, newId, usccCheckDigit } from '#libs/foundation';
import { type Actor, Role } from '#libs/graphql';
import { IdentityModule } from '#libs/identity';
import { KeyRing } from '#libs/keys';
import { PartyModule } from '#libs/party';

import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import {
  CorrectionOutcome,
  CorrectionRequestModule,
  CorrectionRequestService,
  CorrectionRequestState,
} from './index.ts';

class SetClock extends Clock {
  at = new Date();

  now(): Date {
    return this.at;
  }
}

/** A time of day in Shanghai. */
const at = (day: string, time = '10:00:00') => new Date(`${day}T${time}+08:00`);
const refusalOf = async (work: Promise<unknown>) => {
  try {
    await work;
    return 'not refused';
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
};

describe('requests for correction', () => {
  let database: TestDatabase;
  let owner: Client;
  let dir: string;
  let app: TestingModule;
  let requests: CorrectionRequestService;
  let deadlines: LegalDeadlineService;
  let asker: Actor;
  let bureau: Actor;
  let specialist: Actor;
  let chief: Actor;
  let otherChief: Actor;
  const clock = new SetClock();
  let commands = 0;
  const next = () => `c-${++commands}`;

  beforeAll(async () => {
    database = await createTestDatabase();
    owner = new Client({ connectionString: database.ownerUrl });
    await owner.connect();
    dir = mkdtempSync(join(tmpdir(), 'pdx-correction-'));
    app = await Test.createTestingModule({
      imports: [
        DatabaseModule.forRoot({ appUrl: database.appUrl }),
        AuditModule.forRoot(new KeyRing(join(dir, 'keys'))),
        IdentityModule,
        PartyModule,
        DatasetModule.forRoot({ uploadDir: join(dir, 'uploads') }),
        CorrectionRequestModule,
      ],
    })
      .overrideProvider(Clock)
      .useValue(clock)
      .compile();
    await app.init();
    requests = app.get(CorrectionRequestService);
    deadlines = app.get(LegalDeadlineService);
    let parties = 0;
    const party = async (kind: string) => {
      const id = newId();
      const body = `91370200MA09000${String(++parties).padStart(2, '0')}`;
      const [uscc, subject] =
        kind === 'PERSON' ? [null, Buffer.from(id)] : [body + usccCheckDigit(body), null];
      await owner.query(`INSERT INTO party VALUES ($1, $2, '某方', $3, $4, true, now())`, [
        ...[id, kind, uscc, subject],
      ]);
      return id;
    };
    const person = async (partyId: string, ...roles: Role[]): Promise<Actor> => {
      const id = newId();
      await owner.query(
        `INSERT INTO person (id, party_id, login, display_name, roles, password_hash, created_at)
         VALUES ($1, $2, $3, '某人', $4, '', now())`,
        [id, partyId, `p-${id}`, roles],
      );
      return { partyId, id, kind: 'PERSON', roles, requestId: 'request' };
    };
    asker = await person(await party('PERSON'), Role.DATA_SUBJECT);
    bureau = await person(await party('REGULATOR'), Role.REGULATOR);
    const provider = await party('PROVIDER');
    specialist = await person(provider, Role.DATA_SPECIALIST);
    // It could prepare as well as give an answer, but not the same one.
    chief = await person(provider, Role.CHIEF_DATA_REPRESENTATIVE, Role.DATA_SPECIALIST);
    otherChief = await person(provider, Role.CHIEF_DATA_REPRESENTATIVE);
  });
  afterAll(async () => {
    await app.close();
    await owner.end();
    await database.drop();
    rmSync(dir, { recursive: true });
  });
  beforeEach(() => {
    clock.at = at('2026-02-12');
  });

  const file = (addressee = specialist.partyId) =>
    requests.file(asker, next(), {
      addresseeId: addressee,
      datasetId: null,
      assetId: null,
      whichField: '住址',
      whatIsWrong: '门牌号有误',
      whatItShouldBe: '某路 8 号',
      evidenceUploadIds: [],
    });
  const prepare = (id: string, by = specialist, outcome = CorrectionOutcome.CORRECTED) =>
    requests.prepareAnswer(by, next(), id, { outcome, explanation: '已改', datasetVersionId: null });
  const answer = (id: string, by = chief, number = 1) => requests.answer(by, next(), id, number);
  const extend = (id: string, by = chief) => requests.extend(by, next(), id, '须向公安机关核实');
  const withdraw = (id: string, by = asker) => requests.withdraw(by, next(), id);
  const forward = (id: string) => requests.forward(bureau, next(), id, specialist.partyId);
  const periodsOf = async (id: string) =>
    (await deadlines.findOf(bureau, [id])).map(
      ({ kind, due, closedAt }) => `${kind} ${due}${closedAt ? ' closed' : ''}`,
    );
  const isOverdue = async (id: string) => requests.isOverdue(await deadlines.findOf(asker, [id]));
  const stateOf = async (id: string) => (await requests.find(asker, id))?.state;

  /** Until so many wait for a lock. */
  const waitingFor = async (n: number) => {
    for (let waiting = 0; waiting < n;) {
      // Within a transaction the view would show what it showed first.
      await owner.query('SELECT pg_stat_clear_snapshot()');
      const { rowCount } = await owner.query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      waiting = rowCount ?? 0;
    }
  };

  it('have five working days from receipt over the Spring Festival, ten in all when extended', async () => {
    const id = await file();
    expect(await periodsOf(id)).toEqual(['CORRECTION_ANSWER 2026-02-26']);

    clock.at = at('2026-02-14');
    await extend(id);

    expect(await periodsOf(id)).toEqual(['CORRECTION_ANSWER 2026-03-04']);
    expect(await requests.find(asker, id)).toMatchObject({ extensionReason: '须向公安机关核实' });
    clock.at = at('2026-04-30', '23:59:59');
    expect(await periodsOf(await file())).toEqual(['CORRECTION_ANSWER 2026-05-11']);
  });

  it('begin on the legal day in Shanghai', async () => {
    clock.at = at('2026-02-12', '23:59:59');
    expect(await periodsOf(await file())).toEqual(['CORRECTION_ANSWER 2026-02-26']);

    clock.at = at('2026-02-13', '00:00:00');
    expect(await periodsOf(await file())).toEqual(['CORRECTION_ANSWER 2026-02-27']);
  });

  it('have two working days at the bureau, and five from the day it forwards them', async () => {
    const id = await file(bureau.partyId);
    expect(await periodsOf(id)).toEqual(['CORRECTION_FORWARD 2026-02-14']);
    expect(await refusalOf(prepare(id))).toBe('CORRECTION_REQUEST_NOT_FOUND');

    clock.at = at('2026-02-14', '23:59:59');
    await forward(id);

    expect(await periodsOf(id)).toEqual([
      'CORRECTION_FORWARD 2026-02-14 closed',
      'CORRECTION_ANSWER 2026-02-28',
    ]);
    expect(await refusalOf(forward(id))).toBe('CORRECTION_REQUEST_NOT_IN_STATE');
  });

  it('are extended up to the last second of the last day, and once', async () => {
    const [inTime, late] = [await file(), await file()];

    clock.at = at('2026-02-26', '23:59:59');
    expect(await refusalOf(extend(inTime))).toBe('not refused');
    clock.at = at('2026-02-27', '00:00:00');
    expect(await refusalOf(extend(late))).toBe('CORRECTION_EXTENSION_NOT_POSSIBLE');
    expect(await refusalOf(extend(inTime))).toBe('CORRECTION_EXTENSION_NOT_POSSIBLE');

    expect(await periodsOf(inTime)).toEqual(['CORRECTION_ANSWER 2026-03-04']);
    expect(await periodsOf(late)).toEqual(['CORRECTION_ANSWER 2026-02-26']);
  });

  it('are overdue from the first second after the last day until they are answered, late as it is', async () => {
    const id = await file();
    await prepare(id);
    clock.at = at('2026-02-26', '23:59:59');
    expect(await isOverdue(id)).toBe(false);
    clock.at = at('2026-02-27', '00:00:00');
    expect(await isOverdue(id)).toBe(true);
    const overdue = (of: Actor) =>
      requests
        .list(of, { side: null, state: null, isOverdue: true, first: 100, afterId: null })
        .then((found) => found.map((request) => request.id));
    for (const who of [asker, chief, bureau]) expect(await overdue(who)).toContain(id);

    await answer(id);

    expect(await isOverdue(id)).toBe(false);
    for (const who of [asker, chief, bureau]) expect(await overdue(who)).not.toContain(id);
  });

  it('are counted provisionally into a year that is not known, and anew once it is', async () => {
    clock.at = at('2026-12-30');
    const [id, extended] = [await file(), await file()];
    await extend(extended);
    const provisional = async (request: string) =>
      (await deadlines.findOf(asker, [request])).map(({ due, isProvisional }) => [due, isProvisional]);
    expect(await provisional(id)).toEqual([['2027-01-06', true]]);
    expect(await provisional(extended)).toEqual([['2027-01-13', true]]);

    await app.get(WorkingCalendarService).import(bureau, next(), {
      year: '2027',
      off: [['01-01', '01-03']],
      worked: [],
      source: '测试，不是国务院通知',
    });

    expect(await provisional(id)).toEqual([['2027-01-07', false]]);
    expect(await provisional(extended)).toEqual([['2027-01-14', false]]);
  });

  it('keep an extension that is made while a year’s periods are counted anew', async () => {
    clock.at = at('2026-12-30');
    const [first, second] = [await file(), await file()].sort();
    await owner.query('BEGIN');
    await owner.query('SELECT FROM legal_deadline WHERE matter_id = $1 FOR UPDATE', [first]);
    const importing = app.get(WorkingCalendarService).import(bureau, next(), {
      year: '2027',
      off: [['01-01', '01-05']],
      worked: [],
      source: '测试，不是国务院通知',
    });
    // It has read both periods, and comes to the second one after the first.
    await waitingFor(1);
    await extend(second ?? '');
    await owner.query('COMMIT');
    await importing;

    expect(await periodsOf(first ?? '')).toEqual(['CORRECTION_ANSWER 2027-01-11']);
    expect(await periodsOf(second ?? '')).toEqual(['CORRECTION_ANSWER 2027-01-18']);
  });

  it('are answered by somebody else than who prepared the answer, and by the last one prepared', async () => {
    const id = await file();
    expect(await refusalOf(answer(id))).toBe('CORRECTION_REQUEST_NOT_IN_STATE');
    await prepare(id, specialist, CorrectionOutcome.DECLINED);
    await prepare(id, chief);
    expect(await refusalOf(answer(id, otherChief, 1))).toBe('CORRECTION_ANSWER_NOT_CURRENT');
    expect(await refusalOf(answer(id, chief, 2))).toBe('SAME_PERSON');
    expect(await requests.answersOf(asker, [id])).toEqual([]);
    expect(await requests.answersOf(bureau, [id])).toEqual([]);
    expect(await requests.answersOf(chief, [id])).toHaveLength(2);

    await answer(id, otherChief, 2);

    expect(await requests.answersOf(asker, [id])).toMatchObject([{ number: 2, outcome: 'CORRECTED' }]);
    expect(await requests.answersOf(chief, [id])).toHaveLength(2);
    for (const act of [() => prepare(id), () => extend(id), () => withdraw(id), () => answer(id)])
      expect(await refusalOf(act())).toBe('CORRECTION_REQUEST_NOT_IN_STATE');
  });

  it('are guarded by the schema itself', async () => {
    const id = await file();
    await prepare(id, chief);
    await expect(
      owner.query(
        'UPDATE correction_answer SET given_by = prepared_by, given_at = now() WHERE request_id = $1',
        [id],
      ),
    ).rejects.toMatchObject({ constraint: 'correction_answer_maker_is_not_checker' });
    await answer(id, otherChief);
    for (const change of [`state = 'RECEIVED'`, 'holder_id = asker_id'])
      await expect(
        owner.query(`UPDATE correction_request SET ${change} WHERE id = $1`, [id]),
      ).rejects.toMatchObject({ constraint: 'correction_request_goes_forward' });
    await expect(
      owner.query(`UPDATE legal_deadline SET working_days = 11 WHERE matter_id = $1`, [id]),
    ).rejects.toMatchObject({ constraint: 'legal_deadline_correction_days' });
  });

  /** Runs `rivals` while somebody holds the request's period, until all of them wait for that in the end. */
  const race = async (id: string, rivals: readonly (() => Promise<unknown>)[]) => {
    await owner.query('BEGIN');
    await owner.query('SELECT FROM legal_deadline WHERE matter_id = $1 FOR UPDATE', [id]);
    const racing = rivals.map((rival) => refusalOf(rival()));
    await waitingFor(rivals.length);
    await owner.query('COMMIT');
    return (await Promise.all(racing)).sort();
  };

  it('are answered or withdrawn, when the chief answers while the asker withdraws', async () => {
    const id = await file();
    await prepare(id);

    expect(await race(id, [() => answer(id), () => withdraw(id)])).toEqual([
      'CORRECTION_REQUEST_NOT_IN_STATE',
      'not refused',
    ]);

    const given = await requests.answersOf(asker, [id]);
    expect(given).toHaveLength((await stateOf(id)) === CorrectionRequestState.ANSWERED ? 1 : 0);
  });

  it('are answered once, when two chiefs answer at once', async () => {
    const id = await file();
    await prepare(id);

    expect(await race(id, [() => answer(id, chief), () => answer(id, otherChief)])).toEqual([
      'CORRECTION_REQUEST_NOT_IN_STATE',
      'not refused',
    ]);

    expect(await requests.answersOf(asker, [id])).toHaveLength(1);
  });
});
