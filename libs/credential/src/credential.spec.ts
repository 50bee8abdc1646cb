import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { gunzipSync } from 'node:zlib';

import { describe, expect, it } from '@jest/globals';
import { compactVerify } from 'jose';

import {
  compactOf,
  keyIdOf,
  signingInputOf,
  statusEntry,
  statusIn,
  statusListDocument,
  verifyCredential,
} from './index.ts';

const LIST = 'https://exchange.example/log/status-lists/0';
const AT = new Date('2027-01-01T00:00:00Z');
const newKey = () => generateKeyPairSync('ed25519');
const pemOf = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString();
const signed = (document: string, { privateKey, publicKey } = key) => {
  const keyId = keyIdOf(publicKey);
  return compactOf(document, keyId, sign(null, signingInputOf(document, keyId), privateKey));
};
const key = newKey();
const listOf = (ended: readonly number[], url = LIST) =>
  statusListDocument({
    url,
    at: AT,
    entries: ended.map((index) => ({ index, status: 1 })),
    bitsPerEntry: 1,
  });
const documentOf = (index: number) =>
  JSON.stringify({
    validFrom: '2026-12-01T00:00:00+08:00',
    validUntil: '2029-11-30T23:59:59+08:00',
    credentialSubject: { name: '企业登记信息' },
    credentialStatus: { statusListCredential: LIST, statusListIndex: String(index) },
  });
const verdict = (credential: string, at = AT, list: string | null = null, trusted = key.publicKey) => {
  const { valid, reason, revocation } = verifyCredential(credential, pemOf(trusted), at, list);
  return [valid, reason, revocation];
};

describe('a credential', () => {
  it('is one that another implementation verifies too', async () => {
    const { payload } = await compactVerify(signed(documentOf(0)), key.publicKey);

    expect(Buffer.from(payload).toString()).toBe(documentOf(0));
    expect(verdict(signed(documentOf(0)))).toEqual([true, undefined, 'NOT_CHECKED']);
  });

  it('is not valid after any change of one character', () => {
    const credential = signed(documentOf(0));
    for (let i = 0; i < credential.length; i++) {
      const other = credential[i] === 'A' ? 'B' : 'A';
      const changed = credential.slice(0, i) + other + credential.slice(i + 1);

      expect(verifyCredential(changed, pemOf(key.publicKey), AT, null)).toMatchObject({ valid: false });
    }
  });

  it('says which way it is not to be believed', () => {
    const other = newKey();
    const [header, payload, signature] = signed(documentOf(0)).split('.');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');

    expect(verdict('nothing')).toEqual([false, 'MALFORMED', 'NOT_CHECKED']);
    expect(verdict(`${none}.${payload}.${signature}`)).toEqual([false, 'MALFORMED', 'NOT_CHECKED']);
    expect(verdict(signed('{"validFrom":1}'))).toEqual([false, 'MALFORMED', 'NOT_CHECKED']);
    expect(verdict(signed(documentOf(0), other))).toEqual([false, 'WRONG_KEY', 'NOT_CHECKED']);
    const forged = signed(documentOf(1)).split('.')[2];
    expect(verdict(`${header}.${payload}.${forged}`)).toEqual([false, 'FORGED', 'NOT_CHECKED']);
  });

  it('counts from its first second to the end of its last', () => {
    const credential = signed(documentOf(0));
    const reasonAt = (at: string) => verdict(credential, new Date(at))[1];

    expect(reasonAt('2026-11-30T15:59:59.999Z')).toBe('NOT_YET_VALID');
    expect(reasonAt('2026-11-30T16:00:00Z')).toBeUndefined();
    expect(reasonAt('2029-11-30T15:59:59.999Z')).toBeUndefined();
    expect(reasonAt('2029-11-30T16:00:00Z')).toBe('EXPIRED');
  });

  it('is revoked by its own bit, in the list it names, signed by the same key', () => {
    const list = signed(listOf([0, 7, 8, 131_071]));
    const reasons = [0, 1, 6, 7, 8, 9, 131_070, 131_071].map(
      (index) => verdict(signed(documentOf(index)), AT, list)[1],
    );

    const revoked = 'REVOKED';
    expect(reasons).toEqual([revoked, undefined, undefined, revoked, revoked, undefined, undefined, revoked]);
    expect(verifyCredential(signed(documentOf(1)), pemOf(key.publicKey), AT, list)).toMatchObject({
      ...{ valid: true, revocation: 'CHECKED', statusListFrom: AT.toISOString() },
    });
    const undated = listOf([]).replace('"validFrom"', '"issued"');
    expect(verdict(signed(documentOf(0)), AT, signed(undated))[1]).toBe('WRONG_STATUS_LIST');
    expect(verdict(signed(documentOf(131_072)), AT, list)[1]).toBe('WRONG_STATUS_LIST');
    const foreign = signed(listOf([], `${LIST}0`));
    expect(verdict(signed(documentOf(0)), AT, foreign)[1]).toBe('WRONG_STATUS_LIST');
    const unsigned = signed(listOf([]), newKey());
    expect(verdict(signed(documentOf(0)), AT, unsigned)[1]).toBe('WRONG_STATUS_LIST');
  });

  it('is told by no list that has outlived its week', () => {
    const list = signed(listOf([0]));
    const after = (ms: number) => verdict(signed(documentOf(1)), new Date(AT.getTime() + ms), list);

    expect(after(-86_400_000)).toEqual([true, undefined, 'CHECKED']);
    expect(after(7 * 86_400_000)).toEqual([true, undefined, 'CHECKED']);
    expect(after(7 * 86_400_000 + 1)).toEqual([false, 'STALE_STATUS_LIST', 'NOT_CHECKED']);
    // Lists of before did not say for how long they live.
    const undying = signed(listOf([0]).replace('"ttl":604800000,', ''));
    expect(verdict(signed(documentOf(1)), new Date('2028-01-01T00:00:00Z'), undying)[2]).toBe('CHECKED');
  });

  it('is told by no list of before it was issued, though it is valid from then on only', () => {
    const list = signed(listOf([0]));
    const issued = (validFrom: string, issuedAt?: string) => {
      const document = JSON.parse(documentOf(1)) as { credentialSubject: object };
      const credentialSubject = { ...document.credentialSubject, issuedAt };
      const credential = signed(JSON.stringify({ ...document, validFrom, credentialSubject }));
      return verdict(credential, new Date('2027-01-03T00:00:00Z'), list);
    };
    const stale = [false, 'STALE_STATUS_LIST', 'NOT_CHECKED'];

    expect(issued('2026-12-01T00:00:00+08:00', '2027-01-01T00:00:00.001Z')).toEqual(stale);
    expect(issued('2026-12-01T00:00:00+08:00', AT.toISOString())).toEqual([true, undefined, 'CHECKED']);
    // Renewed ahead: it was in the list before its days began.
    expect(issued('2027-01-02T00:00:00+08:00', AT.toISOString())).toEqual([true, undefined, 'CHECKED']);
    // What does not say when it was issued is not older than its first day.
    expect(issued('2027-01-02T00:00:00+08:00')).toEqual(stale);
  });
});

describe('an entry of two bits', () => {
  const messages = ['A', 'B', 'C', 'D'] as const;
  const entryAt = (statusIndex: number) => statusEntry({ statusList: LIST, statusIndex }, messages);
  const statuses = [0, 1, 2, 3, 4, 131_071].map((index) => ({ index, status: (index % 3) + 1 }));
  const list = statusListDocument({ url: LIST, at: AT, entries: statuses, bitsPerEntry: 2 });

  it('says which of four it is, the highest bit first', () => {
    const told = (index: number) => statusIn(signed(list), pemOf(key.publicKey), entryAt(index), AT, AT);

    for (const { index, status } of statuses)
      expect(told(index)).toEqual({ status, statusListFrom: AT.toISOString() });
    expect(told(5)).toMatchObject({ status: 0 });
    const { credentialSubject } = JSON.parse(list) as { credentialSubject: { encodedList: string } };
    const packed = Buffer.from(credentialSubject.encodedList.slice(1), 'base64url');
    // 01 10 11 01, then 10 and what is 0.
    expect([...gunzipSync(packed).subarray(0, 2)]).toEqual([0b01101101, 0b10000000]);
    expect(entryAt(7)).toMatchObject({
      statusPurpose: 'message',
      statusSize: 2,
      statusMessage: messages.map((message, i) => ({ status: `0x${i}`, message })),
    });
  });

  it('is in no list that is too short for it', () => {
    expect(statusIn(signed(listOf([])), pemOf(key.publicKey), entryAt(0), AT, AT)).toBe('WRONG_STATUS_LIST');
  });
});
