import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ModulesContainer, Reflector } from '@nestjs/core';
import { GraphQLSchemaHost } from '@nestjs/graphql';

import { PERMISSION } from '#libs/graphql';

import { SAMPLE_PASSWORD } from '../../apps/pdx/src/sample/sample-parties.ts';
import { refusalOf, startExchange, type TestExchange } from '../support/start-exchange.ts';

describe('permissions', () => {
  let exchange: TestExchange;
  beforeAll(async () => {
    exchange = await startExchange();
  });
  afterAll(() => exchange.stop());

  it('are declared on every root field', () => {
    const { schema } = exchange.service.app.get(GraphQLSchemaHost);
    const rootFields = [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
      Object.keys(type?.getFields() ?? {}),
    );
    const reflector = new Reflector();
    const declared = new Set<string>();
    for (const module of exchange.service.app.get(ModulesContainer).values())
      for (const { instance } of module.providers.values()) {
        const prototype = instance && (Object.getPrototypeOf(instance) as object | null);
        if (!prototype) continue;
        for (const name of Object.getOwnPropertyNames(prototype)) {
          const handler = Object.getOwnPropertyDescriptor(prototype, name)?.value as unknown;
          if (typeof handler !== 'function' || !reflector.get<unknown>(PERMISSION, handler)) continue;
          declared.add(reflector.get<string | undefined>('graphql:resolver_name', handler) ?? name);
        }
      }
    expect(rootFields.filter((field) => !declared.has(field))).toEqual([]);
    expect(rootFields.length).toBeGreaterThan(40);
  });

  it('refuse whoever is not signed in, and log whoever is and may not', async () => {
    expect(await refusalOf(exchange.anonymous.query('{ products { edges { node { id } } } }'))).toBe(
      'UNAUTHENTICATED',
    );
    expect(
      await refusalOf(exchange.act('bank', 'closeMonth', { month: '2026-01' }, 'SettlementMonth { month }')),
    ).toBe('FORBIDDEN');
    const { rows } = await exchange.owner.query(
      `SELECT 1 FROM audit_outbox WHERE code = 'FORBIDDEN' AND body = '{"field": "closeMonth"}'
       UNION ALL SELECT 1 FROM audit_entry WHERE action = 'USE_FIELD' AND outcome = 'REFUSED'`,
    );
    expect(rows.length).toBeGreaterThan(0);
  });

  it('sign in by password, go on by refresh token, once', async () => {
    const signIn = (password: string) =>
      exchange.anonymous.mutate<{ refreshToken: string; accessToken: string }>(
        'signIn',
        { login: 'bank', password },
        'Session { refreshToken accessToken }',
      );
    expect(await refusalOf(signIn('wrong'))).toBe('SIGN_IN_REFUSED');
    const refresh = (refreshToken: string) =>
      exchange.anonymous.mutate<{ refreshToken: string; accessToken: string }>(
        'refreshSession',
        { refreshToken },
        'Session { refreshToken accessToken }',
      );
    const first = await signIn(SAMPLE_PASSWORD);
    const second = await refresh(first.refreshToken);
    const me = await exchange.anonymous.withToken(second.accessToken).query('{ me { login roles } }');
    expect(me).toEqual({ me: { login: 'bank', roles: ['INSTITUTION_USER'] } });
    // Used twice: the thief and the owner are both out.
    expect(await refusalOf(refresh(first.refreshToken))).toBe('SESSION_ENDED refreshToken');
    expect(await refusalOf(refresh(second.refreshToken))).toBe('SESSION_ENDED refreshToken');
  });

  it('let one of two racing uses of a refresh token through at most', async () => {
    const { refreshToken } = await exchange.anonymous.mutate<{ refreshToken: string }>(
      'signIn',
      { login: 'insurer', password: SAMPLE_PASSWORD },
      'Session { refreshToken }',
    );
    // Somebody holds the row until several of them are at it.
    await exchange.owner.query('BEGIN');
    await exchange.owner.query('SELECT FROM session FOR SHARE');
    const racing = Promise.all(
      Array.from({ length: 8 }, () =>
        refusalOf(exchange.anonymous.mutate('refreshSession', { refreshToken }, 'Session { refreshToken }')),
      ),
    );
    let waiting = 0;
    while (waiting < 2) {
      // Within a transaction the view would show what it showed first.
      await exchange.owner.query('SELECT pg_stat_clear_snapshot()');
      const { rowCount } = await exchange.owner.query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      waiting = rowCount ?? 0;
    }
    await exchange.owner.query('COMMIT');
    const results = await racing;
    expect(results.filter((result) => result.startsWith('not refused'))).toHaveLength(1);
  });

  it('give a machine a key with a part of its maker’s roles, until it is revoked', async () => {
    const issue = (roles: string[], days = 30) =>
      exchange.act<{ key: string; apiKey: { id: string } }>(
        'bank',
        'issueApiKey',
        { name: '核心系统', roles, expiresAt: new Date(Date.now() + days * 86_400_000).toISOString() },
        'IssuedApiKey { key apiKey { id } }',
      );
    expect(await refusalOf(issue(['OPERATOR']))).toBe('ROLE_NOT_YOURS roles');
    expect(await refusalOf(issue(['INSTITUTION_USER'], 400))).toBe('INVALID_INPUT expiresAt');
    expect(await refusalOf(issue(['INSTITUTION_USER'], -1))).toBe('INVALID_INPUT expiresAt');
    const { key, apiKey } = await issue(['INSTITUTION_USER']);
    const machine = exchange.anonymous.withToken(key);
    const ask = '{ products(first: 1) { edges { node { id } } } me { login } }';
    expect(await machine.query(ask)).toMatchObject({ me: null, products: { edges: [{}] } });
    const { rows } = await exchange.owner.query<{ stored: string }>(
      'SELECT api_key::text AS stored FROM api_key',
    );
    expect(rows.map(({ stored }) => stored).join()).not.toContain(key.split('_').slice(2).join('_'));
    await exchange.act('bank', 'revokeApiKey', { apiKeyId: apiKey.id }, 'ApiKey { revokedAt }');
    expect(
      await refusalOf(exchange.act('insurer', 'revokeApiKey', { apiKeyId: apiKey.id }, 'ApiKey { id }')),
    ).toBe('API_KEY_NOT_FOUND apiKeyId');
  });

  it('leave acts that bear a name to people', async () => {
    const { key } = await exchange.act<{ key: string }>(
      'bank',
      'issueApiKey',
      {
        name: '核心系统',
        roles: ['INSTITUTION_USER'],
        expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
      },
      'IssuedApiKey { key }',
    );
    const machine = exchange.anonymous.withToken(key);
    const upload = await machine.upload('证据.txt', new TextEncoder().encode('证据'));
    const input = { clientId: 'by-a-machine', uploadId: upload.id, title: '证据' };
    expect(await refusalOf(machine.mutate('depositEvidence', input, 'EvidenceDeposit { id }'))).toBe(
      'NOT_A_PERSON',
    );
    const { rows } = await exchange.owner.query('SELECT FROM evidence_deposit WHERE upload_id = $1', [
      upload.id,
    ]);
    expect(rows).toHaveLength(0);
  });

  it('refuse a role that does not belong to the kind of the party', async () => {
    const { parties } = await (
      await exchange.as('operator')
    ).query<{ parties: { edges: { node: { id: string } }[] } }>(
      '{ parties(kind: INSTITUTION) { edges { node { id } } } }',
    );
    const register = (partyId: string | undefined, role: string) =>
      refusalOf(
        exchange.act(
          'operator',
          'registerPerson',
          {
            partyId,
            login: `someone-${role.toLowerCase().replace('_', '-')}`,
            displayName: '某人',
            roles: [role],
            password: 'long-enough-password',
          },
          'Person { id }',
        ),
      );
    expect(await register(parties.edges[0]?.node.id, 'OPERATOR')).toBe('INVALID_INPUT roles');
    expect(await register('00000000-0000-7000-8000-000000000000', 'OPERATOR')).toBe('INVALID_INPUT roles');
    expect(await register(parties.edges[0]?.node.id, 'INSTITUTION_USER')).toMatch(/^not refused/);
  });

  it('let the clock of a sample exchange be advanced by its operator, never back, and not beside real parties', async () => {
    const { exchangeTime } = await exchange.anonymous.query<{ exchangeTime: string }>('{ exchangeTime }');
    const advance = (login: string, to: string) =>
      exchange.act<{ time: string }>(login, 'advanceClock', { to }, 'ExchangeTime { time }');
    expect(await refusalOf(advance('provider', '2027-01-01T00:00:00Z'))).toBe('FORBIDDEN');
    expect(await refusalOf(advance('operator', '2020-01-01T00:00:00Z'))).toBe('CLOCK_NOT_ADVANCEABLE to');
    const later = new Date(Date.parse(exchangeTime) + 86_400_000).toISOString();
    expect(Date.parse((await advance('operator', later)).time)).toBeGreaterThanOrEqual(Date.parse(later));
    const real = { kind: 'PROVIDER', name: '真实单位', uscc: '91370200163562681G', isSample: false };
    expect(await refusalOf(exchange.act('operator', 'registerParty', real, 'Party { id }'))).toMatch(
      /^(PARTY_OF_OTHER_WORLD isSample|INVALID_INPUT uscc)/,
    );
  });
});
