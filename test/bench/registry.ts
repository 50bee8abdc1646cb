import 'reflect-metadata';

import { Logger, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Client } from 'pg';

import { ExpiryService, RegisterModule } from '#libs/asset';
import { AuditModule } from '#libs/audit';
import { verifyCredential } from '#libs/credential';
import { DatabaseModule } from '#libs/database';
import { KeyRing } from '#libs/keys';

import { ExchangeClient } from '../../apps/pdx/src/exchange-client.ts';
import { SAMPLE_PASSWORD } from '../../apps/pdx/src/sample/sample-parties.ts';
import { figuresOf, type Side } from './closed-loop.ts';
import { joseVerifier } from './reference-certificates.ts';
import { lapseByHand } from './reference-lapses.ts';

/** A million periods under way at one registry, written past the services, with the indices made afterwards. */
export async function givenDeadlines(owner: Client): Promise<{ registry: string; now: Date; today: string }> {
  const { rows: indices } = await owner.query<{ name: string; made: string }>(
    `SELECT indexname AS name, indexdef AS made FROM pg_indexes
     WHERE tablename = 'legal_deadline' AND indexname <> 'legal_deadline_pkey'`,
  );
  for (const { name } of indices) await owner.query(`DROP INDEX ${name}`);
  await owner.query(`SET session_replication_role = replica`);
  const { rows } = await owner.query<{ registry: string; now: Date; today: string }>(
    `WITH one AS (SELECT * FROM registration ORDER BY id LIMIT 1), made AS (
       INSERT INTO legal_deadline (id, kind, matter, matter_id, track, asset_id, registration_id, party_id, applicant_id,
                                   registry_id, begins_on, working_days, due, is_provisional)
       SELECT uuidv7(), 'REVIEW', 'REGISTRATION', one.id, 'A', asset_id, one.id, registry_id, applicant_id,
              registry_id, current_date - 30, 20, current_date - 30 + n % 365, false
       FROM one, generate_series(1, 1000000) AS n)
     SELECT registry_id AS registry, now, (now AT TIME ZONE 'Asia/Shanghai')::date::text AS today
     FROM one, (SELECT now() + offset_ms * interval '1 ms' AS now FROM exchange_clock) AS running`,
  );
  await owner.query(`SET session_replication_role = origin`);
  for (const { made } of indices) await owner.query(made);
  await owner.query('VACUUM (ANALYZE) legal_deadline');
  const [due] = rows;
  if (!due) throw new Error('The sample exchange has a registration');
  return due;
}

/** The certificates of the sample exchange, checked one after the other as `pdx certificate verify` does. */
export async function certificateSides(url: string, filesDir: string, at: Date) {
  const client = await ExchangeClient.signIn(url, 'regulator', SAMPLE_PASSWORD);
  const { assets } = await client.query<{
    assets: { edges: { node: { certificates: { credential: string }[] } }[] };
  }>('{ assets(first: 100) { edges { node { certificates { credential } } } } }');
  const credentials = assets.edges.flatMap(({ node }) => node.certificates.map((one) => one.credential));
  const list = await (await fetch(`${url}/status-lists/0`)).text();
  const { publicKey } = new KeyRing(`${filesDir}/keys`).signing('CERTIFICATE');
  const trusted = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const checked =
    (statusList: string | null): Side =>
    (ms) =>
      eachInTurn(
        ms,
        credentials,
        (credential) => verifyCredential(credential, trusted, at, statusList).valid,
      );
  const verify = await joseVerifier(trusted);
  const reference: Side = (ms) => eachInTurn(ms, credentials, verify);
  return { alone: checked(null), withList: checked(list), reference };
}

/** One thread, one at a time, for `ms`; whatever is not found right ends the measurement. */
async function eachInTurn(
  ms: number,
  inputs: readonly string[],
  isRight: (input: string) => boolean | Promise<boolean>,
) {
  const latencies: number[] = [];
  const began = performance.now();
  for (let n = 0, sent = began; sent - began < ms; n++) {
    const answer = isRight(inputs[n % inputs.length] ?? '');
    if (!(typeof answer === 'boolean' ? answer : await answer)) throw new Error('A certificate is not valid');
    const now = performance.now();
    latencies.push(now - sent);
    sent = now;
  }
  return figuresOf(latencies, performance.now() - began);
}

@Module({})
class Lapses {}

/**
 * What has run out, worked off by the worker's own code in this process, against the same changes by hand in one
 * statement per hundred. The times are those of one call, which works off a hundred.
 */
export async function lapseSides(owner: Client, appUrl: string, filesDir: string) {
  Logger.overrideLogger(['error', 'warn']);
  const app = await NestFactory.createApplicationContext({
    module: Lapses,
    imports: [
      DatabaseModule.forRoot({ appUrl }),
      AuditModule.forRoot(new KeyRing(`${filesDir}/keys`)),
      RegisterModule,
    ],
  });
  const expiry = app.get(ExpiryService);
  const workedOff =
    (lapse: () => Promise<number>): Side =>
    async (items) => {
      const latencies: number[] = [];
      const began = performance.now();
      let done = 0;
      for (let sent = began; done < items; sent = performance.now()) {
        const lapsed = await lapse();
        if (lapsed === 0) throw new Error('There is nothing left to lapse');
        done += lapsed;
        latencies.push(performance.now() - sent);
      }
      return { ...figuresOf(latencies, 1), throughput: (done * 1000) / (performance.now() - began) };
    };
  return {
    ours: workedOff(() => expiry.lapseDue()),
    reference: workedOff(() => lapseByHand(owner)),
    stop: () => app.close(),
  };
}
