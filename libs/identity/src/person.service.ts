import { Injectable } from '@nestjs/common';
import { hash } from '@node-rs/argon2';
import { In } from 'typeorm';

import { type AuditActor, CommandRunner } from '#libs/audit';
import {
  constraintOf,
  isUniqueViolation,
  type SecurityContext,
  SYSTEM,
  type Transaction,
  TransactionRunner,
} from '#libs/database';
import { Clock, InvalidInput, newId } from '#libs/foundation';
import type { Role } from '#libs/graphql';

import { LoginTaken } from './identity.errors.ts';
import { Person } from './person.entity.ts';

export interface NewPerson {
  readonly partyId: string;
  readonly login: string;
  readonly displayName: string;
  readonly roles: readonly Role[];
  readonly password: string;
}

@Injectable()
export class PersonService {
  constructor(
    private readonly commands: CommandRunner,
    private readonly transactions: TransactionRunner,
    private readonly clock: Clock,
  ) {}

  /** @throws InvalidInput, LoginTaken */
  async register(actor: AuditActor, clientId: string, person: NewPerson): Promise<string> {
    const { password, ...content } = person;
    const passwordHash = await hash(password);
    const command = {
      clientId,
      action: 'REGISTER_PERSON',
      content: { ...content, roles: [...person.roles] },
    };
    return this.commands.run(actor, command, async (tx) => ({
      subjectId: await this.insert(tx, content, passwordHash),
    }));
  }

  /** In the caller's transaction, for the first person of an exchange. */
  async registerFirst(tx: Transaction, { password, ...person }: NewPerson): Promise<string> {
    return this.insert(tx, person, await hash(password));
  }

  findByLogin(login: string): Promise<Person | null> {
    return this.transactions.run(SYSTEM, (tx) => tx.findOneBy(Person, { login }));
  }

  find(context: SecurityContext, id: string): Promise<Person | null> {
    return this.transactions.run(context, (tx) => tx.findOneBy(Person, { id }));
  }

  findIn(tx: Transaction, id: string): Promise<Person | null> {
    return tx.findOneBy(Person, { id });
  }

  findAll(context: SecurityContext, ids: readonly string[]): Promise<Person[]> {
    return this.transactions.run(context, (tx) => tx.findBy(Person, { id: In(ids) }));
  }

  private async insert(
    tx: Transaction,
    person: Omit<NewPerson, 'password'>,
    passwordHash: string,
  ): Promise<string> {
    const id = newId();
    try {
      await tx.insert(Person, {
        ...person,
        roles: [...person.roles],
        id,
        passwordHash,
        isActive: true,
        createdAt: this.clock.now(),
      });
    } catch (error) {
      if (isUniqueViolation(error, 'person_login_unique')) throw new LoginTaken(person.login);
      // Also where there is no such party: no role belongs to it.
      if (constraintOf(error) === 'person_roles_fit_party')
        throw new InvalidInput('roles', 'must belong to the kind of the party, which must exist');
      throw error;
    }
    return id;
  }
}
