import { createHash, timingSafeEqual } from 'node:crypto';

import { Injectable } from '@nestjs/common';

import { SYSTEM, TransactionRunner } from '#libs/database';

import { AccessTokens, type TokenHolder } from './access-tokens.ts';
import { ApiKey } from './api-key.entity.ts';
import { Unauthenticated } from './identity.errors.ts';

/** How long a key is believed without asking again: a revoked one works for no longer than this. */
const KEY_MEMORY_MS = 10_000;
const REMEMBERED_KEYS = 10_000;
const API_KEY = /^pdx_([0-9a-f]{12})_([A-Za-z0-9_-]{43})$/;

export const secretHashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/** Turns the Authorization header into who is calling: a person's access token, or a machine's API key. */
@Injectable()
export class Authenticator {
  private readonly rememberedKeys = new Map<string, { holder: TokenHolder; until: number }>();

  constructor(
    private readonly tokens: AccessTokens,
    private readonly transactions: TransactionRunner,
  ) {}

  /** @throws Unauthenticated */
  async holderOf(authorization: string | null): Promise<TokenHolder> {
    const credential = /^Bearer +(\S{1,4096})$/i.exec(authorization ?? '')?.[1];
    if (credential === undefined) throw new Unauthenticated();
    const key = API_KEY.exec(credential);
    const holder = key
      ? await this.keyHolder(credential, key[1] ?? '', key[2] ?? '')
      : await this.tokens.verify(credential);
    if (!holder) throw new Unauthenticated();
    return holder;
  }

  private async keyHolder(credential: string, prefix: string, secret: string): Promise<TokenHolder | null> {
    const remembered = this.rememberedKeys.get(credential);
    if (remembered && remembered.until > Date.now()) return remembered.holder;
    this.rememberedKeys.delete(credential);
    const key = await this.transactions.run(SYSTEM, (tx) => tx.findOneBy(ApiKey, { prefix }));
    const isValid =
      key &&
      timingSafeEqual(secretHashOf(secret), key.secretHash) &&
      key.revokedAt === null &&
      key.expiresAt > new Date();
    if (!isValid) return null;
    const holder = { partyId: key.partyId, id: key.id, kind: 'API_KEY', roles: key.roles } as const;
    const [oldest] = this.rememberedKeys.keys();
    if (this.rememberedKeys.size >= REMEMBERED_KEYS && oldest !== undefined)
      this.rememberedKeys.delete(oldest);
    const until = Math.min(Date.now() + KEY_MEMORY_MS, key.expiresAt.getTime());
    this.rememberedKeys.set(credential, { holder, until });
    return holder;
  }
}
