import { createHash, randomBytes } from 'node:crypto';

import { Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';

import { AuditLog } from '#libs/audit';
import { SYSTEM, type Transaction, TransactionRunner } from '#libs/database';
import { newId } from '#libs/foundation';

import { ACCESS_TOKEN_SECONDS, AccessTokens } from './access-tokens.ts';
import { SessionEnded, SignInRefused } from './identity.errors.ts';
import { Person } from './person.entity.ts';
import { Session } from './session.entity.ts';

const REFRESH_DAYS = 7;

export interface SignedIn {
  readonly accessToken: string;
  readonly accessTokenSeconds: number;
  readonly refreshToken: string;
  readonly personId: string;
}

const hashOf = (refreshToken: string) => createHash('sha256').update(refreshToken).digest();

/** Passwords and refresh tokens. A refresh token works once; shown twice, it ends every session grown from it. */
@Injectable()
export class SessionService {
  /** What a wrong login is compared with, so that it takes as long as a wrong password. */
  private readonly nobodysHash = hash(randomBytes(16).toString('hex'));

  constructor(
    private readonly transactions: TransactionRunner,
    private readonly tokens: AccessTokens,
    private readonly auditLog: AuditLog,
  ) {}

  /** @throws SignInRefused */
  async signIn(login: string, password: string, requestId: string): Promise<SignedIn> {
    const person = await this.transactions.run(SYSTEM, (tx) => tx.findOneBy(Person, { login }));
    const isRight = await verify(person?.passwordHash ?? (await this.nobodysHash), password);
    if (!person?.isActive || !isRight) {
      await this.note(person, requestId, 'SIGN_IN', 'SIGN_IN_REFUSED');
      throw new SignInRefused();
    }
    return this.transactions.run(SYSTEM, async (tx) => {
      await this.appendTo(tx, person, requestId, 'SIGN_IN', null);
      return this.issue(tx, person, newId());
    });
  }

  /** Exchanges a refresh token for new ones. @throws SessionEnded */
  async refresh(refreshToken: string, requestId: string): Promise<SignedIn> {
    const renewed = await this.transactions.run(SYSTEM, async (tx) => {
      const session = await this.lock(tx, refreshToken);
      if (!session || session.revokedAt || session.expiresAt <= new Date()) return null;
      if (session.usedAt) {
        await this.revoke(tx, session.familyId);
        return null;
      }
      const person = await tx.findOneBy(Person, { id: session.personId });
      if (!person?.isActive) return null;
      await tx.update(Session, { id: session.id }, { usedAt: new Date() });
      return this.issue(tx, person, session.familyId);
    });
    if (renewed) return renewed;
    await this.note(null, requestId, 'REFRESH_SESSION', 'SESSION_ENDED');
    throw new SessionEnded();
  }

  /** Ends the session and all that grew from the same sign-in. Does nothing for a token that is not known. */
  async signOut(refreshToken: string): Promise<void> {
    await this.transactions.run(SYSTEM, async (tx) => {
      const session = await this.lock(tx, refreshToken);
      if (session) await this.revoke(tx, session.familyId);
    });
  }

  /** Uses of one token wait for each other, so only one of them finds it unused. */
  private lock(tx: Transaction, refreshToken: string): Promise<Session | null> {
    return tx.findOne(Session, {
      where: { refreshHash: hashOf(refreshToken) },
      lock: { mode: 'for_no_key_update' },
    });
  }

  private async revoke(tx: Transaction, familyId: string): Promise<void> {
    await tx.update(Session, { familyId }, { revokedAt: new Date() });
  }

  private async issue(tx: Transaction, person: Person, familyId: string): Promise<SignedIn> {
    const refreshToken = randomBytes(32).toString('base64url');
    const issuedAt = new Date();
    await tx.insert(Session, {
      id: newId(),
      familyId,
      personId: person.id,
      refreshHash: hashOf(refreshToken),
      issuedAt,
      expiresAt: new Date(issuedAt.getTime() + REFRESH_DAYS * 86_400_000),
    });
    return {
      accessToken: await this.tokens.issue(person),
      accessTokenSeconds: ACCESS_TOKEN_SECONDS,
      refreshToken,
      personId: person.id,
    };
  }

  private note(person: Person | null, requestId: string, action: string, code: string): Promise<void> {
    return this.transactions.run(SYSTEM, (tx) => this.appendTo(tx, person, requestId, action, code));
  }

  private appendTo(
    tx: Transaction,
    person: Person | null,
    requestId: string,
    action: string,
    code: string | null,
  ): Promise<void> {
    const actor = person && { partyId: person.partyId, id: person.id, roles: person.roles, requestId };
    const outcome = code === null ? 'DONE' : 'REFUSED';
    return this.auditLog.append(tx, actor, {
      action,
      outcome,
      code,
      subjectId: person?.id ?? null,
      body: {},
    });
  }
}
