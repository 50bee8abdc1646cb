import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';

import { Exchange } from './exchange.entity.ts';
import { ExchangeService } from './exchange.service.ts';
import { Party } from './party.entity.ts';
import { PartyResolver } from './party.resolver.ts';
import { PartyService } from './party.service.ts';
import { Zone } from './zone.entity.ts';

/** Who acts on the exchange, and the exchange itself. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([Party, Zone, Exchange])],
  providers: [PartyService, ExchangeService, PartyResolver],
  exports: [PartyService, ExchangeService],
})
export class PartyModule {}
