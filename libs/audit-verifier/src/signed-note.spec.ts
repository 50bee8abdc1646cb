import { createPrivateKey, createPublicKey, sign } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';

import { checkpointText, openNote, parseCheckpoint, signNote, verifierKeyOf } from './index.ts';

const NAME = 'registry.example/audit';
const VKEY = 'registry.example/audit+a6e2b966+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4';
const NOTE = `registry.example/audit
10
LwPyA9H6Om4TiPpMtRh8O0+Udi5XjgEGgVFA5qjGvSE=

— registry.example/audit puK5Zk+bIwTqpgC5N3H3bc0u9oHA4+NJP4leoeVIsHP1Smp6qcyvgUtJxclXpHj5S0OAOo4Ly2Cga8oiXomDiZhjEQc=
`;
const seed = Buffer.from(Array.from({ length: 32 }, (_, i) => i));
const privateKey = createPrivateKey({
  key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]),
  format: 'der',
  type: 'pkcs8',
});
const publicKey = createPublicKey(privateKey);

describe('a signed checkpoint', () => {
  it('is, byte for byte, what other tools make and read', () => {
    const rootHash = Buffer.from('2f03f203d1fa3a6e1388fa4cb5187c3b4f94762e578e0106815140e6a8c6bd21', 'hex');
    const text = checkpointText({ origin: NAME, size: 10n, rootHash });

    expect(verifierKeyOf(NAME, publicKey)).toBe(VKEY);
    expect(signNote(text, NAME, publicKey, (bytes) => sign(null, bytes, privateKey))).toBe(NOTE);
    expect(openNote(NOTE, [VKEY])).toBe(text);
    expect(parseCheckpoint(text)).toEqual({ origin: NAME, size: 10n, rootHash });
  });

  it('opens the example of the signed-note specification', () => {
    const note =
      'This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n';
    const vkey = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
    expect(openNote(note, [vkey])).toBe('This is an example message.\n');
  });

  it.each([
    ['another size', NOTE.replace('\n10\n', '\n11\n')],
    ['a flipped signature', NOTE.replace('puK5Zk+b', 'puK5Zk+c')],
    ['no signature', NOTE.slice(0, NOTE.indexOf('\n—'))],
    ['an unknown signer', NOTE.replace('— registry', '— registr')],
    ['garbage behind', `${NOTE}x`],
  ])('does not open with %s', (_, note) => {
    expect(openNote(note, [VKEY])).toBeNull();
  });

  it('does not open for a key that nobody trusts', () => {
    expect(openNote(NOTE, [])).toBeNull();
    expect(openNote(NOTE, [VKEY.replace('a6e2b966', 'a6e2b967')])).toBeNull();
  });
});
