import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { Client } from 'pg';

import { AuditModule } from '#libs/audit';
import { DatabaseModule } from '#libs/database';
import { DomainError } from '#libs/foundation';
import { KeyRing } from '#libs/keys';

import { type GivenGrant, givenGrant, subjectKey } from '../../../test/support/given-grant.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { type Call, DeliveryModule, DeliveryService, isReceiptGenuine } from './index.ts';

describe('delivery', () => {
  let database: TestDatabase;
  let owner: Client;
  let keyDir: string;
  let keys: KeyRing;
  let app: TestingModule;
  let delivery: DeliveryService;
  beforeAll(async () => {
    database = await createTestDatabase();
    owner = new Client({ connectionString: database.ownerUrl });
    await owner.connect();
    keyDir = mkdtempSync(join(tmpdir(), 'pdx-delivery-'));
    keys = new KeyRing(keyDir);
    app = await start();
    delivery = app.get(DeliveryService);
  });
  afterAll(async () => {
    await app.close();
    await owner.end();
    await database.drop();
    rmSync(keyDir, { recursive: true });
  });

  const start = async () => {
    const started = await Test.createTestingModule({
      imports: [
        DatabaseModule.forRoot({ appUrl: database.appUrl }),
        AuditModule.forRoot(keys),
        DeliveryModule,
      ],
    }).compile();
    await started.init();
    return started;
  };
  /** A grant whose subjects are keyed by this exchange's pseudonyms of one, two and three. */
  const given = async (terms: Parameters<typeof givenGrant>[1]) => {
    const grant = await givenGrant(database.ownerUrl, terms);
    const { rows } = await owner.query<{ version: string }>(
      `SELECT product.dataset_version_id AS version FROM usage_grant
       JOIN product ON product.id = product_id WHERE usage_grant.id = $1`,
      [grant.grantId],
    );
    const table = `dataset_row.v_${(rows[0]?.version ?? '').replaceAll('-', '')}`;
    for (const name of ['one', 'two', 'three'])
      await owner.query(`UPDATE ${table} SET subject_key = $2 WHERE subject_key = $1`, [
        subjectKey(name),
        keys.pseudonymOf(name),
      ]);
    return grant;
  };
  const actorOf = (partyId: string, id: string = partyId) => {
    return { partyId, id, roles: ['INSTITUTION_USER'], requestId: 'request' };
  };
  const callOf = (grant: GivenGrant, change: Partial<Call> = {}): Call => ({
    clientId: randomUUID(),
    usageGrantId: grant.grantId,
    subject: 'one',
    purpose: 'LOAN_ORIGINATION',
    fields: null,
    ...change,
  });
  const invoke = (grant: GivenGrant, change: Partial<Call> = {}) =>
    delivery.invoke(actorOf(grant.bankId), callOf(grant, change));
  /** DONE, REPLAYED, or what it was refused with. */
  const outcomeOf = async (work: ReturnType<typeof invoke>) => {
    try {
      return (await work).isReplay ? 'REPLAYED' : 'DONE';
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return error.path === undefined ? error.code : `${error.code} ${error.path}`;
    }
  };
  const tallyOf = async (works: readonly ReturnType<typeof invoke>[]) => {
    const tally: Partial<Record<string, number>> = {};
    for (const outcome of await Promise.all(works.map(outcomeOf))) tally[outcome] = (tally[outcome] ?? 0) + 1;
    return tally;
  };
  const countsOf = async ({ grantId }: GivenGrant) => {
    const { rows } = await owner.query<{ spent: number; used: number; kept: number }>(
      `SELECT (quota - remaining)::int AS spent,
              (SELECT count(*)::int FROM usage_record WHERE usage_grant_id = g.id) AS used,
              (SELECT count(*)::int FROM delivered_answer WHERE usage_grant_id = g.id) AS kept
       FROM usage_grant g WHERE id = $1`,
      [grantId],
    );
    return rows[0];
  };

  it('answers exactly as many racing calls as the quota allows', async () => {
    const grant = await given({ quota: 5 });

    const calls = Array.from({ length: 20 }, () => invoke(grant));

    expect(await tallyOf(calls)).toEqual({ DONE: 5, 'USAGE_QUOTA_EXCEEDED usageGrantId': 15 });
    expect(await countsOf(grant)).toEqual({ spent: 5, used: 5, kept: 5 });
  });

  it('conserves the quota of one grant under 500 calls at once, repetitions among them', async () => {
    const grant = await given({ quota: 300 });

    // Each client id is sent by two calls with the same content.
    const calls = Array.from({ length: 500 }, (_, i) =>
      invoke(grant, { clientId: `call-${Math.floor(i / 2)}` }),
    );

    expect(await tallyOf(calls)).toEqual({ DONE: 250, REPLAYED: 250 });
    expect(await countsOf(grant)).toEqual({ spent: 250, used: 250, kept: 250 });
    const more = Array.from({ length: 100 }, () => invoke(grant));
    expect(await tallyOf(more)).toEqual({ DONE: 50, 'USAGE_QUOTA_EXCEEDED usageGrantId': 50 });
    expect(await countsOf(grant)).toEqual({ spent: 300, used: 300, kept: 300 });
  });

  it('repeats a call with the same bytes and the same receipt, for nothing', async () => {
    const grant = await given({ quota: 9 });
    const call = { clientId: 'call-1', subject: 'two' };

    const first = await invoke(grant, { ...call, fields: ['limit', 'age'] });
    // The order of the fields and the white space around the subject are not content.
    const again = await invoke(grant, { clientId: 'call-1', subject: ' two ', fields: ['age', 'limit'] });

    expect(JSON.parse(first.answer)).toEqual({ limit: 2000, age: 21 });
    expect(first.answerDigest).toEqual(createHash('sha256').update(first.answer).digest());
    expect(again).toEqual({ ...first, isReplay: true });
    expect(first.isReplay).toBe(false);
    expect(first.remaining).toBe(8n);
    expect(await countsOf(grant)).toEqual({ spent: 1, used: 1, kept: 1 });
  });

  it('gives a receipt that anybody who has the public key can check', async () => {
    const grant = await given({ quota: 9 });

    const { receipt, answerDigest, occurredAt } = await invoke(grant, { clientId: 'call-1' });

    const { publicKey } = keys.signing('RECEIPT');
    expect(isReceiptGenuine(receipt, publicKey)).toBe(true);
    expect(isReceiptGenuine(receipt, keys.signing('CERTIFICATE').publicKey)).toBe(false);
    const forged = { ...receipt, document: receipt.document.replace('call-1', 'call-2') };
    expect(isReceiptGenuine(forged, publicKey)).toBe(false);
    expect(JSON.parse(receipt.document)).toEqual({
      v: 1,
      kind: 'RECEIPT',
      usageGrantId: grant.grantId,
      clientId: 'call-1',
      requestHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      answerDigest: answerDigest.toString('hex'),
      occurredAt: occurredAt.toISOString(),
    });
    // What it says was asked is what the usage record holds.
    const { rows } = await owner.query(
      `SELECT encode(request_hash, 'hex') AS "requestHash", occurred_at AS "occurredAt" FROM usage_record
       WHERE usage_grant_id = $1`,
      [grant.grantId],
    );
    const { requestHash } = JSON.parse(receipt.document) as { requestHash: string };
    expect(rows).toEqual([{ requestHash, occurredAt }]);
  });

  it('refuses what the grant does not allow, each with its reason and field, and charges nothing', async () => {
    const grant = await given({ quota: 9, fields: ['age'] });
    const stranger = await given({ quota: 9 });
    const personal = await given({ quota: 9, demandsConsent: true });

    const refusals = [
      delivery.invoke(actorOf(stranger.bankId), callOf(grant)),
      invoke(grant, { usageGrantId: randomUUID() }),
      invoke(grant, { purpose: 'UNDERWRITING' }),
      invoke(grant, { fields: ['limit'] }),
      invoke(grant, { fields: ['age', 'salary'] }),
      invoke(grant, { subject: 'nobody' }),
      invoke(personal),
    ].map(outcomeOf);

    expect(await Promise.all(refusals)).toEqual([
      'USAGE_GRANT_NOT_FOUND usageGrantId',
      'USAGE_GRANT_NOT_FOUND usageGrantId',
      'PURPOSE_NOT_GRANTED purpose',
      'FIELD_NOT_GRANTED fields',
      'FIELD_NOT_GRANTED fields',
      'SUBJECT_NOT_FOUND subject',
      'CONSENT_MISSING subject',
    ]);
    await expect(invoke(personal)).rejects.toMatchObject({ rule: 'PIPL Art. 23, 29' });
    for (const [change, code] of [
      [`valid_from = now() + interval '1 hour'`, 'USAGE_GRANT_NOT_YET_VALID'],
      [`valid_from = now() - interval '2 day', expires_at = now() - interval '1 day'`, 'USAGE_GRANT_EXPIRED'],
      ['is_frozen = true', 'USAGE_GRANT_FROZEN'],
    ]) {
      await owner.query(`UPDATE usage_grant SET ${change} WHERE id = $1`, [grant.grantId]);
      expect(await outcomeOf(invoke(grant))).toBe(`${code} usageGrantId`);
    }
    for (const each of [grant, stranger, personal])
      expect(await countsOf(each)).toEqual({ spent: 0, used: 0, kept: 0 });
  });

  it('refuses a client id that was used for other content', async () => {
    const grant = await given({ quota: 9 });
    await invoke(grant, { clientId: 'call-1' });

    for (const change of [{ subject: 'two' }, { fields: ['age'] }, { purpose: 'RESEARCH' }])
      await expect(invoke(grant, { clientId: 'call-1', ...change })).rejects.toMatchObject({
        code: 'CLIENT_ID_REUSED',
      });
    expect(await countsOf(grant)).toEqual({ spent: 1, used: 1, kept: 1 });
  });

  it('decides a call that hangs on the refusal of another with its id', async () => {
    const grant = await given({ quota: 9 });
    const call = { clientId: 'call-1' };
    // Fills the lane, so that the two that follow go into one group.
    const before = [invoke(grant), invoke(grant)];

    const refused = outcomeOf(invoke(grant, { ...call, purpose: 'RESEARCH' }));
    const answered = outcomeOf(invoke(grant, call));

    expect(await tallyOf(before)).toEqual({ DONE: 2 });
    expect(await refused).toBe('PURPOSE_NOT_GRANTED purpose');
    expect(await answered).toBe('DONE');
  });

  it('refuses input of the wrong shape before it asks anybody', async () => {
    const grant = await given({ quota: 9 });
    const changes: [Partial<Call>, string][] = [
      [{ clientId: '' }, 'clientId'],
      [{ clientId: 'a'.repeat(65) }, 'clientId'],
      [{ clientId: 'no spaces' }, 'clientId'],
      [{ subject: '  ' }, 'subject'],
      [{ subject: 'a'.repeat(201) }, 'subject'],
      [{ fields: [] }, 'fields'],
      [{ fields: ['age', 'age'] }, 'fields'],
      [{ fields: ['a'.repeat(101)] }, 'fields'],
      [{ fields: Array.from({ length: 51 }, (_, i) => `f${i}`) }, 'fields'],
    ];

    for (const [change, path] of changes)
      await expect(invoke(grant, change)).rejects.toMatchObject({ code: 'INVALID_INPUT', path });
    expect(await countsOf(grant)).toEqual({ spent: 0, used: 0, kept: 0 });
  });

  it('lets one call that cannot be decided harm no other of its group', async () => {
    const grant = await given({ quota: 99 });
    const sound = (length: number) => Array.from({ length }, () => invoke(grant));
    // Fills the lane, so that all that follow go into one group.
    const before = sound(2);

    const some = sound(10);
    const bad = expect(
      delivery.invoke(actorOf(grant.bankId, 'no uuid'), callOf(grant)),
    ).rejects.toMatchObject({
      code: '22P02',
    });
    const more = sound(10);

    await bad;
    expect(await tallyOf([...before, ...some, ...more])).toEqual({ DONE: 22 });
    expect(await countsOf(grant)).toEqual({ spent: 22, used: 22, kept: 22 });
  });

  it('answers calls of many grants and parties at once, each from its own', async () => {
    const grants = await Promise.all(Array.from({ length: 4 }, (_, i) => given({ quota: 10 + i })));

    const calls = Array.from({ length: 200 }, (_, i) => {
      const grant = grants[i % grants.length];
      if (!grant) throw new RangeError('There are grants');
      return invoke(grant);
    });

    expect(await tallyOf(calls)).toEqual({ DONE: 46, 'USAGE_QUOTA_EXCEEDED usageGrantId': 154 });
    for (const [i, grant] of grants.entries())
      expect(await countsOf(grant)).toEqual({ spent: 10 + i, used: 10 + i, kept: 10 + i });
  });

  it('takes no more waiting calls than it can hold, and decides all it took before it stops', async () => {
    const grant = await given({ quota: 5 });
    const stopping = await start();
    const service = stopping.get(DeliveryService);

    // Two go at once, ten thousand wait.
    const calls = Array.from({ length: 10_005 }, () => service.invoke(actorOf(grant.bankId), callOf(grant)));
    const tally = tallyOf(calls);
    await stopping.close();

    expect(await tally).toEqual({ DONE: 5, 'USAGE_QUOTA_EXCEEDED usageGrantId': 9_997, GATEWAY_BUSY: 3 });
    expect(await countsOf(grant)).toEqual({ spent: 5, used: 5, kept: 5 });
  });
});
