import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { Client } from 'pg';

import { leafHash, openNote, rootOf, verifyConsistency, verifyInclusion } from '#libs/audit-verifier';
import { DatabaseModule } from '#libs/database';
import { InvalidInput, newId } from '#libs/foundation';
import { KeyRing } from '#libs/keys';

import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { AuditModule, AuditTreeService, CommandRunner } from './index.ts';

const ORIGIN = 'exchange.example/audit';

describe('the audit log', () => {
  let database: TestDatabase;
  let owner: Client;
  let app: TestingModule;
  let keyDir: string;
  let commands: CommandRunner;
  let tree: AuditTreeService;
  beforeAll(async () => {
    database = await createTestDatabase();
    owner = new Client({ connectionString: database.ownerUrl });
    await owner.connect();
    await owner.query(`INSERT INTO exchange VALUES (true, '样例', $1, true, now())`, [ORIGIN]);
    keyDir = mkdtempSync(join(tmpdir(), 'pdx-audit-'));
    const database_ = DatabaseModule.forRoot({ appUrl: database.appUrl });
    const modules = [database_, AuditModule.forRoot(new KeyRing(keyDir))];
    app = await Test.createTestingModule({ imports: modules }).compile();
    await app.init();
    commands = app.get(CommandRunner);
    tree = app.get(AuditTreeService);
  });
  afterAll(async () => {
    await app.close();
    await owner.end();
    await database.drop();
    rmSync(keyDir, { recursive: true });
  });

  const newActor = () => ({ partyId: newId(), id: newId(), roles: ['OPERATOR'], requestId: 'request' });
  const command = (clientId: string, content = '1') => ({ clientId, action: 'TEST', content });
  const done = () => Promise.resolve({ subjectId: newId() });
  const outcomesOf = async (partyId: string) => {
    const { rows } = await owner.query<{ said: string }>(
      `SELECT coalesce(code, outcome) AS said FROM audit_outbox WHERE actor_party_id = $1 ORDER BY id`,
      [partyId],
    );
    return rows.map(({ said }) => said);
  };

  it('runs a command once, however often it is sent at the same time', async () => {
    const actor = newActor();
    let runs = 0;

    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        commands.run(actor, command('once'), () => {
          runs += 1;
          return done();
        }),
      ),
    );

    expect(runs).toBe(1);
    expect(new Set(answers).size).toBe(1);
    expect((await outcomesOf(actor.partyId)).sort()).toEqual(['DONE', ...Array<string>(19).fill('REPLAYED')]);
  });

  it('refuses an id with other content, and leaves the id of another party alone', async () => {
    const actor = newActor();
    await commands.run(actor, command('mine'), done);

    await expect(commands.run(actor, command('mine', '2'), done)).rejects.toMatchObject({
      code: 'CLIENT_ID_REUSED',
    });
    await commands.run(newActor(), command('mine', '2'), done);
    await expect(commands.run(actor, command('no spaces'), done)).rejects.toMatchObject({ path: 'clientId' });
    expect(await outcomesOf(actor.partyId)).toEqual(['DONE', 'CLIENT_ID_REUSED', 'INVALID_INPUT']);
  });

  it('keeps nothing of a refused command but the refusal, and lets its id be used again', async () => {
    const actor = newActor();
    const refused = commands.run(actor, command('retry'), async (tx) => {
      await tx.query(`INSERT INTO zone VALUES ('HALF', '半', 'half')`);
      throw new InvalidInput('field', 'rule');
    });

    await expect(refused).rejects.toThrow(InvalidInput);
    expect((await owner.query(`SELECT FROM zone WHERE code = 'HALF'`)).rowCount).toBe(0);
    await commands.run(actor, command('retry'), done);
    expect(await outcomesOf(actor.partyId)).toEqual(['INVALID_INPUT', 'DONE']);
  });

  it('keeps one tree, whoever sequences it, and proves every entry to somebody who only has the key', async () => {
    const actor = newActor();
    for (let i = 0; i < 40; i++) await commands.run(actor, command(`entry-${i}`), done);
    await Promise.all(Array.from({ length: 4 }, () => tree.sequenceOnce(13)));
    const early = await tree.catchUp();
    for (let i = 40; i < 70; i++) await commands.run(actor, command(`entry-${i}`), done);
    const late = await tree.catchUp();
    if (!early || !late) throw new RangeError('A tree with entries has checkpoints');

    const { rows } = await owner.query<{ index: string; leaf: Buffer }>(
      'SELECT index, leaf FROM audit_entry ORDER BY index',
    );
    expect(rows.map(({ index }) => Number(index))).toEqual(rows.map((_, i) => i));
    const hashes = rows.map(({ leaf }) => leafHash(leaf));
    expect(late.rootHash).toEqual(rootOf(hashes));
    expect(late.size).toBe(BigInt(rows.length));
    expect(openNote(late.note, [tree.verifierKey(ORIGIN)])).toContain(late.rootHash.toString('base64'));
    for (const [i, hash] of hashes.entries()) {
      const index = BigInt(i);
      const proof = await tree.inclusionProof(index, late.size);
      expect(verifyInclusion(hash, index, late.size, proof, late.rootHash)).toBe(true);
    }
    const proof = await tree.consistencyProof(early.size, late.size);
    expect(verifyConsistency(early.size, late.size, proof, early.rootHash, late.rootHash)).toBe(true);
  });

  it('refuses to sign a tree that was rewritten', async () => {
    await commands.run(newActor(), command('before'), done);
    await tree.catchUp();
    await owner.query('ALTER TABLE audit_node DISABLE TRIGGER audit_node_append_only');
    await owner.query(
      `UPDATE audit_node SET hash = sha256('forged') WHERE level = (SELECT max(level) FROM audit_node)`,
    );
    await commands.run(newActor(), command('after'), done);

    await expect(tree.catchUp()).rejects.toThrow('contradicts the checkpoint');
  });
});
