import { Injectable } from '@nestjs/common';

import { type AuditActor, AuditLog, CommandRunner } from '#libs/audit';
import { ExchangeClock, SYSTEM, type Transaction, TransactionRunner } from '#libs/database';
import { invariant, newId } from '#libs/foundation';
import { Role } from '#libs/graphql';
import { PersonService } from '#libs/identity';

import { Exchange } from './exchange.entity.ts';
import { PartyKind } from './party-kind.ts';
import { ClockNotAdvanceable } from './party.errors.ts';
import { PartyService } from './party.service.ts';
import { Zone } from './zone.entity.ts';

export interface NewExchange {
  readonly name: string;
  /** The name of the audit log, once and for all: a schema-less URL such as exchange.example/log. */
  readonly logOrigin: string;
  readonly isSample: boolean;
  readonly platform: { readonly name: string; readonly uscc: string };
  readonly operator: {
    readonly name: string;
    readonly uscc: string;
    readonly login: string;
    readonly password: string;
  };
  readonly zones: readonly { readonly code: string; readonly name: string; readonly nameEn: string }[];
}

@Injectable()
export class ExchangeService {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly commands: CommandRunner,
    private readonly auditLog: AuditLog,
    private readonly parties: PartyService,
    private readonly people: PersonService,
    private readonly clock: ExchangeClock,
  ) {}

  find(): Promise<Exchange | null> {
    return this.transactions.run(SYSTEM, (tx) => this.findIn(tx));
  }

  findIn(tx: Transaction): Promise<Exchange | null> {
    return tx.findOneBy(Exchange, { id: true });
  }

  zones(): Promise<Zone[]> {
    return this.transactions.run(SYSTEM, (tx) => tx.find(Zone, { order: { code: 'ASC' } }));
  }

  /** Makes the exchange of an empty database, with its platform, its operator and the operator's first person. */
  create({ name, logOrigin, isSample, platform, operator, zones }: NewExchange): Promise<AuditActor> {
    return this.transactions.run(SYSTEM, async (tx) => {
      await tx.insert(Exchange, { id: true, name, logOrigin, isSample, createdAt: this.clock.now() });
      await tx.insert(Zone, [...zones]);
      const body = { subject: null, isSample };
      await this.parties.insert(tx, { ...body, ...platform, kind: PartyKind.PLATFORM });
      const { login, password, ...operatorBody } = operator;
      const partyId = await this.parties.insert(tx, { ...body, ...operatorBody, kind: PartyKind.OPERATOR });
      const roles = [Role.OPERATOR];
      const id = await this.people.registerFirst(tx, {
        partyId,
        login,
        displayName: operator.name,
        roles,
        password,
      });
      const actor = { partyId, id, roles, requestId: newId() };
      await this.auditLog.append(tx, actor, {
        action: 'CREATE_EXCHANGE',
        outcome: 'DONE',
        code: null,
        subjectId: partyId,
        body: { name, logOrigin, isSample },
      });
      return actor;
    });
  }

  /**
   * Lets a sample exchange's time run ahead, so that legal periods are lived through instead of shortened. Every process
   * follows within a second.
   *
   * @throws ClockNotAdvanceable once there is a real party, and for a time that is past
   */
  async advanceClock(actor: AuditActor, clientId: string, to: Date): Promise<Date> {
    const command = { clientId, action: 'ADVANCE_CLOCK', content: { to: to.toISOString() } };
    await this.commands.run(actor, command, async (tx) => {
      const [clock]: { offset_ms: string }[] = await tx.query(
        'SELECT offset_ms FROM exchange_clock FOR UPDATE',
      );
      invariant(clock, 'exchange_clock has a row');
      const [real]: unknown[] = await tx.query('SELECT 1 FROM party WHERE NOT is_sample LIMIT 1');
      const exchange = await tx.findOneBy(Exchange, { id: true });
      if (!exchange?.isSample || real) throw new ClockNotAdvanceable('Real parties live in real time');
      const offset = to.getTime() - Date.now();
      if (offset < Number(clock.offset_ms)) throw new ClockNotAdvanceable('Exchange time never goes back');
      await tx.query('UPDATE exchange_clock SET offset_ms = $1', [offset]);
      return { subjectId: actor.partyId ?? '', note: { to: to.toISOString() } };
    });
    await this.clock.load();
    return this.clock.now();
  }
}
