import { Injectable } from '@nestjs/common';
import { In, MoreThan } from 'typeorm';

import { type AuditActor, CommandRunner } from '#libs/audit';
import { isUniqueViolation, type SecurityContext, type Transaction, TransactionRunner } from '#libs/database';
import { Clock, InvalidInput, newId, usccFault } from '#libs/foundation';
import { KeyRing } from '#libs/keys';

import { PartyKind } from './party-kind.ts';
import { Party } from './party.entity.ts';
import { PartyOfOtherWorld, UsccTaken } from './party.errors.ts';

export interface NewParty {
  readonly kind: PartyKind;
  readonly name: string;
  /** A body's unified social credit code; null for a natural person. */
  readonly uscc: string | null;
  /** A natural person's identifier, of which only the pseudonym is kept; null for a body. */
  readonly subject: string | null;
  readonly isSample: boolean;
}

@Injectable()
export class PartyService {
  constructor(
    private readonly commands: CommandRunner,
    private readonly transactions: TransactionRunner,
    private readonly keys: KeyRing,
    private readonly clock: Clock,
  ) {}

  /** @throws InvalidInput, UsccTaken, PartyOfOtherWorld */
  register(actor: AuditActor, clientId: string, party: NewParty): Promise<string> {
    const { subject, ...rest } = party;
    const subjectKey = subject === null ? null : this.keys.pseudonymOf(subject.trim());
    const content = { ...rest, subject: subjectKey?.toString('hex') ?? null };
    return this.commands.run(actor, { clientId, action: 'REGISTER_PARTY', content }, async (tx) => ({
      subjectId: await this.insert(tx, party),
    }));
  }

  /** In the caller's transaction, for the first parties of an exchange. @throws as register */
  async insert(tx: Transaction, { kind, name, uscc, subject, isSample }: NewParty): Promise<string> {
    if ((kind === PartyKind.PERSON) !== (uscc === null))
      throw new InvalidInput('uscc', 'a body has one, a natural person has none');
    if ((kind === PartyKind.PERSON) !== (subject !== null))
      throw new InvalidInput('subject', 'a natural person has one, a body has none');
    const fault = uscc === null ? null : usccFault(uscc);
    if (fault)
      throw new InvalidInput('uscc', `GB 32100-2015: wrong ${fault.toLowerCase().replace('_', ' ')}`);
    if (name.trim() === '') throw new InvalidInput('name', 'must not be blank');
    // Shared with others that register, held off by whoever advances the clock.
    const [world]: { is_sample: boolean; offset_ms: string }[] = await tx.query(
      'SELECT is_sample, offset_ms FROM exchange_clock, exchange FOR SHARE OF exchange_clock',
    );
    if (isSample && !world?.is_sample)
      throw new PartyOfOtherWorld('Sample parties live on a sample exchange only');
    if (!isSample && world?.offset_ms !== '0')
      throw new PartyOfOtherWorld('The clock of this sample exchange was advanced: it takes no real party');
    const id = newId();
    const subjectKey = subject === null ? null : this.keys.pseudonymOf(subject.trim());
    try {
      await tx.insert(Party, {
        id,
        kind,
        name: name.trim(),
        uscc,
        subjectKey,
        isSample,
        registeredAt: this.clock.now(),
      });
    } catch (error) {
      if (isUniqueViolation(error, 'party_uscc_unique')) throw new UsccTaken(uscc ?? '');
      if (isUniqueViolation(error, 'party_subject_unique'))
        throw new InvalidInput('subject', 'is registered already');
      if (isUniqueViolation(error, 'party_one_platform'))
        throw new InvalidInput('kind', 'an exchange has one platform (1+1+N)');
      throw error;
    }
    return id;
  }

  findIn(tx: Transaction, id: string): Promise<Party | null> {
    return tx.findOneBy(Party, { id });
  }

  find(context: SecurityContext, id: string): Promise<Party | null> {
    return this.transactions.run(context, (tx) => this.findIn(tx, id));
  }

  /** The only party of a kind of which there is one. */
  findByKind(tx: Transaction, kind: PartyKind): Promise<Party | null> {
    return tx.findOne(Party, { where: { kind }, order: { id: 'ASC' } });
  }

  findAllIn(tx: Transaction, ids: readonly string[]): Promise<Party[]> {
    return tx.findBy(Party, { id: In(ids) });
  }

  findAll(context: SecurityContext, ids: readonly string[]): Promise<Party[]> {
    return this.transactions.run(context, (tx) => this.findAllIn(tx, ids));
  }

  /** By registration, one more than `first`. */
  list(
    context: SecurityContext,
    { kind, first, afterId }: { kind: PartyKind | null; first: number; afterId: string | null },
  ): Promise<Party[]> {
    return this.transactions.run(context, (tx) =>
      tx.find(Party, {
        where: { ...(kind && { kind }), ...(afterId !== null && { id: MoreThan(afterId) }) },
        order: { id: 'ASC' },
        take: first + 1,
      }),
    );
  }
}
