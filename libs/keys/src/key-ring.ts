import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hash,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const SHA256_BLOCK = 64;
const SHA256_BYTES = 32;
/** Of a longer one a pseudonym is made in the usual way. */
const LONGEST_USUAL_IDENTIFIER = 256;

/** What a key signs; each purpose has a key of its own. */
export type SigningPurpose = 'TOKEN' | 'CERTIFICATE' | 'CHECKPOINT' | 'RECEIPT' | 'QUALITY' | 'VALUATION';

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
  /** Both begin with the key as HMAC pads it, for what is hashed first and last. */
  private readonly innerBlock: Buffer;
  private readonly outerBlock: Buffer;
  private sketchSecret: Buffer | null = null;

  constructor(private readonly dir: string) {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    this.pseudonymKey = this.secretOf('pseudonym.hex');
    this.innerBlock = paddedKey(this.pseudonymKey, 0x36, 4 * LONGEST_USUAL_IDENTIFIER);
    this.outerBlock = paddedKey(this.pseudonymKey, 0x5c, SHA256_BYTES);
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

  /**
   * `pseudonymOf` in hexadecimal digits, in less than half the time: for files, of which every row has one. HMAC put
   * together of two hashes (RFC 2104), because making its object costs more than both.
   */
  pseudonymHexOf(identifier: string): string {
    if (identifier.length > LONGEST_USUAL_IDENTIFIER) return this.pseudonymOf(identifier).toString('hex');
    const { innerBlock, outerBlock } = this;
    const length = innerBlock.write(identifier, SHA256_BLOCK);
    const inner = hash('sha256', innerBlock.subarray(0, SHA256_BLOCK + length), 'binary');
    outerBlock.write(inner, SHA256_BLOCK, 'latin1');
    return hash('sha256', outerBlock, 'hex');
  }

  /**
   * Encrypts and authenticates (AES-256-GCM) a secret that has to be stored; only this exchange opens it again, and only
   * for the same `context`, so that what is sealed for one row does not open in another.
   */
  seal(secret: Uint8Array, context: string): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.sealingKey(), nonce).setAAD(Buffer.from(context));
    const sealed = Buffer.concat([cipher.update(secret), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
  }

  /** @throws Error for what was altered, or sealed by another exchange or for another context */
  open(sealed: Uint8Array, context: string): Buffer {
    const bytes = Buffer.from(sealed);
    const tagEnd = NONCE_BYTES + TAG_BYTES;
    const options = { authTagLength: TAG_BYTES };
    const decipher = createDecipheriv(CIPHER, this.sealingKey(), bytes.subarray(0, NONCE_BYTES), options)
      .setAAD(Buffer.from(context))
      .setAuthTag(bytes.subarray(NONCE_BYTES, tagEnd));
    return Buffer.concat([decipher.update(bytes.subarray(tagEnd)), decipher.final()]);
  }

  /** 32 secret bytes under which the contents of datasets are sketched, and nothing else. */
  get contentSketchSecret(): Buffer {
    this.sketchSecret ??= this.secretOf('content-sketch.hex');
    return this.sketchSecret;
  }

  private sealingKey(): Buffer {
    return this.secretOf('sealing.hex');
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

/** A key shorter than a block, as HMAC pads it, with room behind it. */
function paddedKey(key: Buffer, pad: number, room: number): Buffer {
  const block = Buffer.alloc(SHA256_BLOCK + room);
  for (let i = 0; i < SHA256_BLOCK; i++) block[i] = (key[i] ?? 0) ^ pad;
  return block;
}
