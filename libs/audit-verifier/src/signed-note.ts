import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';

// C2SP signed-note and tlog-checkpoint: https://c2sp.org/signed-note, https://c2sp.org/tlog-checkpoint

const ED25519 = 1;
/** What stands before the 32 bytes of an Ed25519 public key in its SubjectPublicKeyInfo (RFC 8410). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

export interface Checkpoint {
  readonly origin: string;
  readonly size: bigint;
  readonly rootHash: Buffer;
}

/** The text that a checkpoint's signature covers. */
export function checkpointText({ origin, size, rootHash }: Checkpoint): string {
  return `${origin}\n${size}\n${rootHash.toString('base64')}\n`;
}

/** The public name of a key: `name+hash+key`, what a verifier is given beforehand. */
export function verifierKeyOf(name: string, publicKey: KeyObject): string {
  const key = rawKeyOf(publicKey);
  return `${name}+${keyIdOf(name, key).toString('hex')}+${key.toString('base64')}`;
}

/** A note: the text, a blank line, and one signature line. */
export function signNote(
  text: string,
  name: string,
  publicKey: KeyObject,
  sign: (bytes: Buffer) => Buffer,
): string {
  const keyId = keyIdOf(name, rawKeyOf(publicKey));
  const signature = Buffer.concat([keyId, sign(Buffer.from(text))]);
  return `${text}\n— ${name} ${signature.toString('base64')}\n`;
}

/**
 * The text of a note that one of the trusted verifier keys has signed; null when none has, or when a signature by a
 * trusted key is wrong. Signatures by other keys are ignored.
 */
export function openNote(note: string, trusted: readonly string[]): string | null {
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || !note.endsWith('\n')) return null;
  const text = note.slice(0, end + 1);
  let isSigned = false;
  for (const line of note.slice(end + 2, -1).split('\n')) {
    const [, name, base64] = /^— (\S+) (\S+)$/.exec(line) ?? [];
    if (!name || !base64) return null;
    const bytes = Buffer.from(base64, 'base64');
    const keyId = bytes.subarray(0, 4);
    for (const verifierKey of trusted) {
      const [trustedName, trustedId, trustedKey] = partsOf(verifierKey);
      if (trustedName !== name || trustedId !== keyId.toString('hex') || !trustedKey) continue;
      const publicKey = createPublicKey({
        key: Buffer.concat([SPKI_PREFIX, trustedKey]),
        format: 'der',
        type: 'spki',
      });
      if (!verify(null, Buffer.from(text), publicKey, bytes.subarray(4))) return null;
      isSigned = true;
    }
  }
  return isSigned ? text : null;
}

/** Reads a checkpoint's text; null when it is none. */
export function parseCheckpoint(text: string): Checkpoint | null {
  const [origin, size, root] = text.split('\n');
  if (!origin || !size || !root || !/^(0|[1-9]\d*)$/.test(size)) return null;
  const rootHash = Buffer.from(root, 'base64');
  return rootHash.length === 32 ? { origin, size: BigInt(size), rootHash } : null;
}

function rawKeyOf(publicKey: KeyObject): Buffer {
  return Buffer.concat([Buffer.of(ED25519), publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)]);
}

function keyIdOf(name: string, typedKey: Buffer): Buffer {
  return createHash('sha256').update(`${name}\n`).update(typedKey).digest().subarray(0, 4);
}

function partsOf(verifierKey: string): [string?, string?, Buffer?] {
  const [, name, id, base64] = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(verifierKey) ?? [];
  const key = Buffer.from(base64 ?? '', 'base64');
  if (!name || key.length !== 33 || key[0] !== ED25519 || keyIdOf(name, key).toString('hex') !== id)
    return [];
  return [name, id, key.subarray(1)];
}
