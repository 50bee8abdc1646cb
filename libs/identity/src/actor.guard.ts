import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { GqlExecutionContext } from '@nestjs/graphql';

import { AuditLog } from '#libs/audit';
import { TransactionRunner } from '#libs/database';
import { type Actor, type Permission, PERMISSION, type RequestContext } from '#libs/graphql';

import { Authenticator } from './authenticator.ts';
import { Forbidden } from './identity.errors.ts';

/**
 * Denies a root field unless its declared permission allows the caller; a field without one answers nobody. Refusals
 * of a known actor are logged; of an unknown caller they are not, or anyone could fill the log.
 */
@Injectable()
export class ActorGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authenticator: Authenticator,
    private readonly transactions: TransactionRunner,
    private readonly auditLog: AuditLog,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const permission = this.reflector.get<Permission | undefined>(PERMISSION, context.getHandler());
    if (permission?.to === 'ANYONE') return true;
    // Health checks and uploads are HTTP routes, not fields; uploads ask the authenticator themselves.
    if (context.getType<string>() === 'http') return true;
    const request = GqlExecutionContext.create(context).getContext<RequestContext>();
    request.actor ??= {
      ...(await this.authenticator.holderOf(request.authorization)),
      requestId: request.requestId,
    };
    const { actor } = request;
    const isAllowed =
      permission?.to === 'SIGNED_IN' ||
      (permission?.to === 'ROLES' && permission.roles.some((role) => actor.roles.includes(role)));
    if (!isAllowed) await this.refuse(actor, context.getHandler().name);
    return true;
  }

  private async refuse(actor: Actor, field: string): Promise<never> {
    const refusal = new Forbidden(field);
    await this.transactions.run(actor, (tx) =>
      this.auditLog.append(tx, actor, {
        action: 'USE_FIELD',
        outcome: 'REFUSED',
        code: refusal.code,
        subjectId: null,
        body: { field },
      }),
    );
    throw refusal;
  }
}
