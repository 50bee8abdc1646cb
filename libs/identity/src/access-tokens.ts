import { Injectable } from '@nestjs/common';
import { jwtVerify, SignJWT } from 'jose';

import { newId } from '#libs/foundation';
import { type Actor, Role } from '#libs/graphql';
import { KeyRing } from '#libs/keys';

const ISSUER = 'public-data-exchange';
const AUDIENCE = 'public-data-exchange/api';
const TYPE = 'at+jwt';
/** A person who leaves or loses a role is locked out at the latest after this. */
export const ACCESS_TOKEN_SECONDS = 600;
const REMEMBERED_TOKENS = 10_000;

export type TokenHolder = Omit<Actor, 'requestId'>;

/**
 * Access tokens (RFC 9068): EdDSA only, ten minutes, checked without the database. What was checked once is
 * remembered until it expires. Times are real time: an advanced exchange clock ends no session.
 */
@Injectable()
export class AccessTokens {
  private readonly remembered = new Map<string, { holder: TokenHolder; expiresAt: number }>();

  constructor(private readonly keys: KeyRing) {}

  async issue({ partyId, id, roles }: Pick<Actor, 'partyId' | 'id' | 'roles'>): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const { privateKey } = this.keys.signing('TOKEN');
    return new SignJWT({ party: partyId, roles: [...roles] })
      .setProtectedHeader({ alg: 'EdDSA', typ: TYPE })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setSubject(id)
      .setJti(newId())
      .setIssuedAt(now)
      .setExpirationTime(now + ACCESS_TOKEN_SECONDS)
      .sign(privateKey);
  }

  /** Who the token was issued to; null for one that is expired, unsigned, for another audience or not ours. */
  async verify(token: string): Promise<TokenHolder | null> {
    const known = this.remembered.get(token);
    if (known) {
      if (known.expiresAt > Date.now()) return known.holder;
      this.remembered.delete(token);
      return null;
    }
    const holder = await this.check(token);
    if (!holder) return null;
    const [oldest] = this.remembered.keys();
    if (this.remembered.size >= REMEMBERED_TOKENS && oldest !== undefined) this.remembered.delete(oldest);
    this.remembered.set(token, holder);
    return holder.holder;
  }

  private async check(token: string): Promise<{ holder: TokenHolder; expiresAt: number } | null> {
    try {
      const { payload } = await jwtVerify(token, this.keys.signing('TOKEN').publicKey, {
        algorithms: ['EdDSA'],
        typ: TYPE,
        issuer: ISSUER,
        audience: AUDIENCE,
        requiredClaims: ['sub', 'exp', 'party', 'roles'],
      });
      const { sub, exp, party, roles } = payload;
      if (typeof sub !== 'string' || typeof exp !== 'number' || typeof party !== 'string') return null;
      const known = Array.isArray(roles) ? roles.filter(isRole) : [];
      return { holder: { partyId: party, id: sub, kind: 'PERSON', roles: known }, expiresAt: exp * 1000 };
    } catch {
      return null;
    }
  }
}

function isRole(value: unknown): value is Role {
  return Object.values<unknown>(Role).includes(value);
}
