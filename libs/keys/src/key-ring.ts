import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a key signs; each purpose has a key of its own. */
export type SigningPurpose = 'TOKEN' | 'CERTIFICATE' | 'CHECKPOINT' | 'RECEIPT';

export interface SigningKey {
  readonly publicKey: KeyObject;
  /** For libraries that sign by themselves; it never leaves the process. */
  readonly privateKey: KeyObject;
  /** Ed25519: the same bytes always give the same signature. */
  sign(bytes: Uint8Array): Buffer;
}

/**
 * The exchange's secrets, one file each in a folder of mode 700. A key that is missing is made once: of two processes
 * that start together, both use what the first has written.
 */
export class KeyRing {
  private readonly signingKeys = new Map<SigningPurpose, SigningKey>();
  private readonly pseudonymKey: Buffer;
  private sketchSecret: Buffer | null = null;

  constructor(private readonly dir: string) {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    this.pseudonymKey = this.secretOf('pseudonym.hex');
  }

  signing(purpose: SigningPurpose): SigningKey {
    let key = this.signingKeys.get(purpose);
    if (!key) {
      const pem = this.fileOf(`${purpose.toLowerCase()}.ed25519.pem`, () =>
        generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      );
      const privateKey = createPrivateKey(pem);
      key = {
        publicKey: createPublicKey(privateKey),
        privateKey,
        sign: (bytes) => sign(null, bytes, privateKey),
      };
      this.signingKeys.set(purpose, key);
    }
    return key;
  }

  /** The keyed pseudonym (HMAC-SHA-256) that stands for an identifier of a person or body in all stored data. */
  pseudonymOf(identifier: string): Buffer {
    return createHmac('sha256', this.pseudonymKey).update(identifier).digest();
  }

  /** 32 secret bytes under which the contents of datasets are sketched, and nothing else. */
  get contentSketchSecret(): Buffer {
    this.sketchSecret ??= this.secretOf('content-sketch.hex');
    return this.sketchSecret;
  }

  private secretOf(name: string): Buffer {
    return Buffer.from(
      this.fileOf(name, () => randomBytes(32).toString('hex')),
      'hex',
    );
  }

  private fileOf(name: string, make: () => string): string {
    const file = join(this.dir, name);
    try {
      writeFileSync(file, make(), { flag: 'wx', mode: 0o600 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    return readFileSync(file, 'utf8');
  }
}
