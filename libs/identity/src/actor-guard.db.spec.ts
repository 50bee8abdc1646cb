import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Query, Resolver } from '@nestjs/graphql';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';

import { AuditModule } from '#libs/audit';
import { DatabaseModule } from '#libs/database';
import { newId } from '#libs/foundation';
import { AllowedTo, graphqlModule, RefusalFilter, Role } from '#libs/graphql';
import { KeyRing } from '#libs/keys';

import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { AccessTokens, IdentityModule } from './index.ts';

@Resolver()
class SomeResolver {
  @Query(() => String)
  undeclared(): string {
    return 'secret';
  }

  @AllowedTo(Role.REGULATOR)
  @Query(() => String)
  forRegulators(): string {
    return 'seen';
  }
}

describe('the guard', () => {
  let database: TestDatabase;
  let app: NestFastifyApplication;
  let keyDir: string;
  beforeAll(async () => {
    database = await createTestDatabase();
    keyDir = mkdtempSync(join(tmpdir(), 'pdx-guard-'));
    const module = await Test.createTestingModule({
      imports: [
        DatabaseModule.forRoot({ appUrl: database.appUrl }),
        AuditModule.forRoot(new KeyRing(keyDir)),
        IdentityModule,
        graphqlModule(),
      ],
      providers: [SomeResolver],
    }).compile();
    app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter());
    app.useGlobalFilters(new RefusalFilter());
    await app.listen(0, '127.0.0.1');
  });
  afterAll(async () => {
    await app.close();
    await database.drop();
    rmSync(keyDir, { recursive: true });
  });

  const ask = async (query: string, roles: Role[]) => {
    const token = await app.get(AccessTokens).issue({ partyId: newId(), id: newId(), roles });
    const response = await fetch(`${await app.getUrl()}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query }),
    });
    const { data, errors } = (await response.json()) as {
      data: unknown;
      errors?: { extensions: { code: string } }[];
    };
    return errors?.[0]?.extensions.code ?? data;
  };

  it('lets nobody use a field that does not say who may', async () => {
    expect(await ask('{ undeclared }', Object.values(Role))).toBe('FORBIDDEN');
  });

  it('lets in the roles that a field names, and no other', async () => {
    expect(await ask('{ forRegulators }', [Role.REGULATOR])).toEqual({ forRegulators: 'seen' });
    expect(await ask('{ forRegulators }', [Role.OPERATOR])).toBe('FORBIDDEN');
  });
});
