import { Injectable } from '@nestjs/common';
import { IsNull, MoreThan } from 'typeorm';

import { type AuditActor, CommandRunner } from '#libs/audit';
import { type SecurityContext, type Transaction, TransactionRunner } from '#libs/database';
import { Clock, InvalidInput, invariant, type LegalDay, legalDayOf, newId } from '#libs/foundation';
import { Role } from '#libs/graphql';

import { Asset } from '../asset.entity.ts';
import { DelegationNotFound, NotDelegated } from '../asset.errors.ts';
import { Delegation } from './delegation.entity.ts';

export interface NewDelegation {
  readonly delegateId: string;
  /** Null: all assets of the party. */
  readonly assetId: string | null;
  readonly from: LegalDay;
  /** Inclusive. */
  readonly to: LegalDay;
  readonly reason: string;
}

/** For whom a delegate acts, and by what. */
export interface Mandate {
  readonly delegationId: string;
  readonly delegatorId: string;
}

/** 委托 of a chief data representative's acts. How it is done is ours: the rule knows the two offices, not their proxies. */
@Injectable()
export class DelegationService {
  constructor(
    private readonly commands: CommandRunner,
    private readonly transactions: TransactionRunner,
    private readonly clock: Clock,
  ) {}

  /** By a chief, to another person of its party, from today on at the earliest. @throws InvalidInput */
  delegate(actor: AuditActor, clientId: string, input: NewDelegation): Promise<string> {
    const command = { clientId, action: 'DELEGATE_SUBMISSION', content: { ...input } };
    return this.commands.run(actor, command, async (tx) => {
      const { delegateId, assetId, from, to, reason } = input;
      const { partyId } = actor;
      invariant(partyId, 'A chief acts for a party');
      const now = this.clock.now();
      if (from < legalDayOf(now)) throw new InvalidInput('from', 'must not be over');
      if (to < from) throw new InvalidInput('to', 'must not be before the first day');
      const people: { id: string }[] = await tx.query(
        'SELECT id FROM person WHERE id = ANY ($1) AND party_id = $2 AND is_active',
        [[actor.id, delegateId], partyId],
      );
      const isPersonOfParty = (id: string) => people.some((person) => person.id === id);
      if (!isPersonOfParty(actor.id))
        throw new InvalidInput('clientId', 'is not a person’s: keys do not delegate');
      if (delegateId === actor.id || !isPersonOfParty(delegateId))
        throw new InvalidInput('delegateId', 'is no other person of your party');
      if (assetId !== null && !(await tx.existsBy(Asset, { id: assetId, providerId: partyId })))
        throw new InvalidInput('assetId', 'is no asset of your party');
      const id = newId();
      const parties = { partyId, delegatorId: actor.id, delegateId, assetId };
      await tx.insert(Delegation, {
        ...parties,
        ...{ id, firstDay: from, lastDay: to, reason, delegatedAt: now },
      });
      return { subjectId: id, note: { delegateId, assetId, from, to } };
    });
  }

  /** At once, by any chief of the party; a submission that is going on is waited for. @throws DelegationNotFound */
  revoke(actor: AuditActor, clientId: string, delegationId: string): Promise<string> {
    const command = { clientId, action: 'REVOKE_DELEGATION', content: { delegationId } };
    return this.commands.run(actor, command, async (tx) => {
      const { affected } = await tx.update(
        Delegation,
        { id: delegationId, partyId: actor.partyId ?? '', revokedAt: IsNull() },
        { revokedBy: actor.id, revokedAt: this.clock.now() },
      );
      if (affected !== 1) throw new DelegationNotFound();
      return { subjectId: delegationId };
    });
  }

  /**
   * What lets the actor do a chief's act about an asset: null if it is a chief itself, or else a delegation, which is not
   * revoked before the transaction ends.
   *
   * @throws NotDelegated
   */
  async mandateOf(tx: Transaction, actor: AuditActor, assetId: string): Promise<Mandate | null> {
    if (actor.roles.includes(Role.CHIEF_DATA_REPRESENTATIVE)) return null;
    const [held]: Mandate[] = await tx.query(
      `SELECT delegation_id AS "delegationId", delegator_id AS "delegatorId" FROM delegation_hold($1, $2, $3)`,
      [actor.id, assetId, legalDayOf(this.clock.now())],
    );
    if (!held) throw new NotDelegated();
    return held;
  }

  find(context: SecurityContext, id: string): Promise<Delegation | null> {
    return this.transactions.run(context, (tx) => tx.findOneBy(Delegation, { id }));
  }

  list(context: SecurityContext, first: number, afterId: string | null): Promise<Delegation[]> {
    return this.transactions.run(context, (tx) =>
      tx.find(Delegation, {
        where: afterId === null ? {} : { id: MoreThan(afterId) },
        order: { id: 'ASC' },
        take: first + 1,
      }),
    );
  }
}
