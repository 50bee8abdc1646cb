import { randomBytes } from 'node:crypto';

import { Injectable } from '@nestjs/common';
import { MoreThan } from 'typeorm';

import { CommandRunner } from '#libs/audit';
import { type SecurityContext, TransactionRunner } from '#libs/database';
import { InvalidInput, newId } from '#libs/foundation';
import type { Actor, Role } from '#libs/graphql';

import { ApiKey } from './api-key.entity.ts';
import { secretHashOf } from './authenticator.ts';
import { ApiKeyNotFound, RoleNotYours } from './identity.errors.ts';

const LONGEST_LIFE_DAYS = 366;

export interface IssuedApiKey {
  readonly id: string;
  /** The whole key, shown this once; null when the command is repeated. */
  readonly key: string | null;
}

@Injectable()
export class ApiKeyService {
  constructor(
    private readonly commands: CommandRunner,
    private readonly transactions: TransactionRunner,
  ) {}

  /** Times are real time. @throws InvalidInput, RoleNotYours */
  async issue(
    actor: Actor,
    clientId: string,
    { name, roles, expiresAt }: { name: string; roles: readonly Role[]; expiresAt: Date },
  ): Promise<IssuedApiKey> {
    const issuedAt = new Date();
    const prefix = randomBytes(6).toString('hex');
    const secret = randomBytes(32).toString('base64url');
    const made: { key: string | null } = { key: null };
    const content = { name, roles: [...roles], expiresAt: expiresAt.toISOString() };
    const id = await this.commands.run(actor, { clientId, action: 'ISSUE_API_KEY', content }, async (tx) => {
      const foreign = roles.find((role) => !actor.roles.includes(role));
      if (foreign) throw new RoleNotYours(foreign);
      if (actor.kind !== 'PERSON') throw new InvalidInput('roles', 'keys are issued by people, not by keys');
      const life = expiresAt.getTime() - issuedAt.getTime();
      if (life <= 0 || life > LONGEST_LIFE_DAYS * 86_400_000)
        throw new InvalidInput('expiresAt', `must be within the next ${LONGEST_LIFE_DAYS} days`);
      const keyId = newId();
      await tx.insert(ApiKey, {
        id: keyId,
        partyId: actor.partyId,
        issuedBy: actor.id,
        name,
        prefix,
        secretHash: secretHashOf(secret),
        roles: [...roles],
        issuedAt,
        expiresAt,
      });
      made.key = `pdx_${prefix}_${secret}`;
      return { subjectId: keyId };
    });
    return { id, key: made.key };
  }

  /** Works no longer than ten seconds after. @throws ApiKeyNotFound */
  revoke(actor: Actor, clientId: string, apiKeyId: string): Promise<string> {
    const command = { clientId, action: 'REVOKE_API_KEY', content: { apiKeyId } };
    return this.commands.run(actor, command, async (tx) => {
      const key = await tx.findOneBy(ApiKey, { id: apiKeyId, partyId: actor.partyId });
      if (!key) throw new ApiKeyNotFound();
      if (!key.revokedAt) await tx.update(ApiKey, { id: apiKeyId }, { revokedAt: new Date() });
      return { subjectId: apiKeyId };
    });
  }

  find(context: SecurityContext, id: string): Promise<ApiKey | null> {
    return this.transactions.run(context, (tx) => tx.findOneBy(ApiKey, { id }));
  }

  /** The party's keys by id, one more than `first` of them. */
  list(context: SecurityContext, first: number, afterId: string | null): Promise<ApiKey[]> {
    return this.transactions.run(context, (tx) =>
      tx.find(ApiKey, {
        where: afterId === null ? {} : { id: MoreThan(afterId) },
        order: { id: 'ASC' },
        take: first + 1,
      }),
    );
  }
}
