import { describe, expect, it } from '@jest/globals';

import { bigintColumn, connectionSettings } from './index.ts';

describe('connectionSettings', () => {
  it('keeps data in a server of our own unless told otherwise', () => {
    expect(connectionSettings({})).toEqual({ kind: 'embedded', dataDir: '.data', poolSize: 10 });
    expect(connectionSettings({ DATABASE_URL: '', DATA_DIR: '/srv/pdx', DATABASE_POOL: '4' })).toEqual({
      kind: 'embedded',
      dataDir: '/srv/pdx',
      poolSize: 4,
    });
  });

  it('works in an existing server as pdx_app, keeping the options that are there', () => {
    const ownerUrl = 'postgres://me:p%40ss@db:5432/exchange?options=-c%20jit%3Doff';

    const settings = connectionSettings({ DATABASE_URL: ownerUrl });

    expect(settings).toMatchObject({ kind: 'server', ownerUrl });
    expect(settings.kind === 'server' && settings.appUrl).toBe(
      'postgres://me:p%40ss@db:5432/exchange?options=-c%20jit%3Doff%20-c%20role%3Dpdx_app',
    );
  });

  it('signs in as somebody else where that is given', () => {
    const settings = connectionSettings({
      DATABASE_URL: 'postgres://o@db/x',
      DATABASE_APP_URL: 'postgres://a@db/x',
    });

    expect(settings).toMatchObject({ ownerUrl: 'postgres://o@db/x', appUrl: 'postgres://a@db/x' });
  });

  it.each([
    [{ DATABASE_POOL: '0' }, 'DATABASE_POOL'],
    [{ DATABASE_POOL: '2.5' }, 'DATABASE_POOL'],
    [{ DATABASE_POOL: 'many' }, 'DATABASE_POOL'],
    [{ DATABASE_URL: 'mysql://me:hunter2@db/x' }, 'DATABASE_URL'],
    [{ DATABASE_URL: 'me:hunter2@db' }, 'DATABASE_URL'],
    [{ DATABASE_APP_URL: 'postgres://a:hunter2@db/x' }, 'DATABASE_APP_URL'],
  ])('refuses %j, naming the variable and no password', (env, variable) => {
    expect(() => connectionSettings(env)).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT', path: variable }),
    );
    expect(() => connectionSettings(env)).not.toThrow(/hunter2/);
  });
});

describe('bigintColumn', () => {
  it('keeps every digit, and null and undefined as they are', () => {
    expect(bigintColumn.to(9_007_199_254_740_993n)).toBe('9007199254740993');
    expect(bigintColumn.from('9007199254740993')).toBe(9_007_199_254_740_993n);
    expect(bigintColumn.to(null)).toBeNull();
    expect(bigintColumn.to(undefined)).toBeUndefined();
    expect(bigintColumn.from(null)).toBeNull();
  });
});
