import { createHash, randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, Pool } from 'pg';

import { type GivenGrant, givenGrant, subjectKey } from '../support/given-grant.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

interface Call {
  grant: GivenGrant;
  clientId?: string;
  consumer?: string;
  subject?: Buffer | undefined;
  purpose?: string;
  fields?: string[] | null;
}

interface Ruling {
  outcome: string;
  reason: string | null;
  answer: string | null;
  answer_digest: Buffer | null;
}

describe('invoke_group', () => {
  let database: TestDatabase;
  let app: Pool;
  let owner: Client;
  beforeAll(async () => {
    database = await createTestDatabase();
    app = new Pool({ connectionString: database.appUrl, max: 20 });
    app.on('error', () => undefined);
    owner = new Client({ connectionString: database.ownerUrl });
    await owner.connect();
  });
  afterAll(async () => {
    await app.end();
    await owner.end();
    await database.drop();
  });

  const invoke = async (calls: Call[], now = new Date()): Promise<Ruling[]> => {
    const items = calls.map(({ grant, purpose = 'LOAN_ORIGINATION', fields = null, ...call }) => {
      const subject = call.subject ?? grant.subjects[0];
      return {
        grant: grant.grantId,
        consumer: call.consumer ?? grant.bankId,
        clientId: call.clientId ?? randomUUID(),
        hash: createHash('sha256')
          .update(JSON.stringify([subject?.toString('hex'), purpose, fields]))
          .digest(),
        subject,
        purpose,
        fields: fields && JSON.stringify(fields),
      };
    });
    const { rows } = await app.query<Ruling>(
      'SELECT outcome, reason, answer, answer_digest FROM invoke_group($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)',
      [
        items.map((item) => item.grant),
        items.map((item) => item.consumer),
        items.map((item) => item.clientId),
        items.map((item) => item.hash),
        items.map((item) => item.subject),
        items.map((item) => item.purpose),
        items.map((item) => item.fields),
        items.map((item) => item.consumer),
        items.map(() => 'request'),
        now,
      ],
    );
    return rows;
  };
  const rulings = async (calls: Call[], now?: Date) =>
    (await invoke(calls, now)).map(({ outcome, reason }) => reason ?? outcome);
  const countsOf = async (grantId: string) => {
    const { rows } = await owner.query(
      `SELECT (quota - remaining)::int AS spent,
              (SELECT count(*)::int FROM usage_record WHERE usage_grant_id = g.id) AS used,
              (SELECT count(*)::int FROM audit_outbox WHERE subject_id = g.id AND outcome = 'DONE') AS noted
       FROM usage_grant g WHERE id = $1`,
      [grantId],
    );
    return rows[0] as unknown;
  };

  it('never overdraws a quota, however many callers race for it', async () => {
    const grant = await givenGrant(database.ownerUrl, { quota: 5 });

    const answers = (await Promise.all(Array.from({ length: 20 }, () => rulings([{ grant }])))).flat();

    expect(answers.filter((answer) => answer === 'DONE')).toHaveLength(5);
    expect(answers.filter((answer) => answer === 'USAGE_QUOTA_EXCEEDED')).toHaveLength(15);
    expect(await countsOf(grant.grantId)).toEqual({ spent: 5, used: 5, noted: 5 });
  });

  it('decides the items of a group as if each came alone', async () => {
    const grant = await givenGrant(database.ownerUrl, { quota: 2 });
    const other = await givenGrant(database.ownerUrl, { quota: 9 });

    expect(await rulings([{ grant }, { grant: other }, { grant }, { grant }, { grant: other }])).toEqual([
      'DONE',
      'DONE',
      'DONE',
      'USAGE_QUOTA_EXCEEDED',
      'DONE',
    ]);
  });

  it('answers only what was asked for, and takes the digest of exactly those bytes', async () => {
    const grant = await givenGrant(database.ownerUrl, { quota: 9 });

    const [all, one] = await invoke([{ grant }, { grant, fields: ['age'], subject: grant.subjects[1] }]);

    expect(JSON.parse(all?.answer ?? '')).toEqual({ limit: 1000, age: 20 });
    expect(JSON.parse(one?.answer ?? '')).toEqual({ age: 21 });
    expect(one?.answer_digest).toEqual(
      createHash('sha256')
        .update(one?.answer ?? '')
        .digest(),
    );
  });

  it('answers a repetition with the first bytes and charges once, in one group and in the next', async () => {
    const grant = await givenGrant(database.ownerUrl, { quota: 9 });
    const call = { grant, clientId: 'call-1' };

    const group = await invoke([call, call, { ...call, fields: ['age'] }]);
    const [later] = await invoke([call]);

    expect(group.map(({ outcome, reason }) => reason ?? outcome)).toEqual([
      'DONE',
      'REPLAYED',
      'CLIENT_ID_REUSED',
    ]);
    expect(group[1]?.answer).toBe(group[0]?.answer);
    expect([later?.outcome, later?.answer]).toEqual(['REPLAYED', group[0]?.answer]);
    expect(await rulings([{ ...call, fields: ['age'] }])).toEqual(['CLIENT_ID_REUSED']);
    expect(await countsOf(grant.grantId)).toEqual({ spent: 1, used: 1, noted: 1 });
  });

  it('hands back an item that hangs on the refusal of another with its id', async () => {
    const grant = await givenGrant(database.ownerUrl, { quota: 9 });
    const call = { grant, clientId: 'call-1' };

    expect(await rulings([{ ...call, purpose: 'RESEARCH' }, call])).toEqual(['PURPOSE_NOT_GRANTED', 'AGAIN']);
    expect(await rulings([call])).toEqual(['DONE']);
  });

  it('refuses everything else with its reason, and charges nothing', async () => {
    const grant = await givenGrant(database.ownerUrl, { quota: 9, fields: ['age'] });
    const stranger = await givenGrant(database.ownerUrl, { quota: 9 });

    expect(
      await rulings([
        { grant, purpose: 'UNDERWRITING' },
        { grant, fields: ['limit'] },
        { grant, fields: ['age', 'salary'] },
        { grant, fields: [] },
        { grant, subject: subjectKey('nobody') },
        { grant, consumer: stranger.bankId },
      ]),
    ).toEqual([
      'PURPOSE_NOT_GRANTED',
      'FIELD_NOT_GRANTED',
      'FIELD_NOT_GRANTED',
      'FIELD_NOT_GRANTED',
      'SUBJECT_NOT_FOUND',
      'USAGE_GRANT_NOT_FOUND',
    ]);
    expect(await rulings([{ grant }], new Date(Date.now() - 3_600_000))).toEqual([
      'USAGE_GRANT_NOT_YET_VALID',
    ]);
    expect(await rulings([{ grant }], new Date(Date.now() + 172_800_000))).toEqual(['USAGE_GRANT_EXPIRED']);
    await owner.query('UPDATE usage_grant SET is_frozen = true WHERE id = $1', [grant.grantId]);
    expect(await rulings([{ grant }])).toEqual(['USAGE_GRANT_FROZEN']);
    expect(await countsOf(grant.grantId)).toEqual({ spent: 0, used: 0, noted: 0 });
  });

  it('answers about a person only while the person consents, and does not say who is there', async () => {
    const grant = await givenGrant(database.ownerUrl, { quota: 9, demandsConsent: true });
    const consented = { grant, subject: grant.subjects[1] };
    await owner.query(
      `INSERT INTO consent (id, product_id, recipient_id, purpose, subject_key, evidence_digest, recorded_by_party,
                            recorded_by, given_at)
       SELECT gen_random_uuid(), g.product_id, g.consumer_id, g.purpose, $2, sha256(''), g.provider_id,
              (SELECT id FROM person WHERE party_id = g.provider_id), now() FROM usage_grant g WHERE g.id = $1`,
      [grant.grantId, consented.subject],
    );

    expect(await rulings([{ grant }, consented, { grant, subject: subjectKey('nobody') }])).toEqual([
      'CONSENT_MISSING',
      'DONE',
      'CONSENT_MISSING',
    ]);
    await owner.query('UPDATE consent SET withdrawn_at = now() WHERE recipient_id = $1', [grant.bankId]);
    expect(await rulings([consented])).toEqual(['CONSENT_MISSING']);
  });

  it('leaves the application no other way to the data or the quota', async () => {
    const grant = await givenGrant(database.ownerUrl, { quota: 9 });
    const { rows } = await owner.query<{ name: string }>(
      `SELECT format('dataset_row.%I', table_name) AS name FROM information_schema.tables WHERE table_schema = 'dataset_row'`,
    );
    expect(rows.length).toBeGreaterThan(0);

    for (const sql of [
      ...rows.map(({ name }) => `SELECT * FROM ${name}`),
      `UPDATE usage_grant SET remaining = 9 WHERE id = '${grant.grantId}'`,
      'SELECT * FROM delivered_answer',
      'DELETE FROM usage_record',
      'SET ROLE pdx_gateway',
      'SET ROLE pdx_owner',
    ])
      await expect(app.query(sql)).rejects.toThrow(/permission denied/);
  });
});
