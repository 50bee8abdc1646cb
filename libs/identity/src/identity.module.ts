import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';

import { AccessTokens } from './access-tokens.ts';
import { ActorGuard } from './actor.guard.ts';
import { ApiKey } from './api-key.entity.ts';
import { ApiKeyService } from './api-key.service.ts';
import { Authenticator } from './authenticator.ts';
import { IdentityResolver } from './identity.resolver.ts';
import { Person } from './person.entity.ts';
import { PersonService } from './person.service.ts';
import { Session } from './session.entity.ts';
import { SessionService } from './session.service.ts';

/** Who is calling, and what they may. Its guard stands before every field of the app. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([Person, Session, ApiKey])],
  providers: [
    AccessTokens,
    Authenticator,
    SessionService,
    PersonService,
    ApiKeyService,
    IdentityResolver,
    { provide: APP_GUARD, useClass: ActorGuard },
  ],
  exports: [AccessTokens, Authenticator, PersonService, SessionService],
})
export class IdentityModule {}
