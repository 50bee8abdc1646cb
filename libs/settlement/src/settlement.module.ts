import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';

import { CatalogueModule } from '#libs/catalogue';
import { LedgerModule } from '#libs/ledger';
import { MeteringModule } from '#libs/metering';

import { Allocation } from './allocation.entity.ts';
import { SettlementMonth } from './settlement-month.entity.ts';
import { SettlementResolver } from './settlement.resolver.ts';
import { SettlementService } from './settlement.service.ts';
import { StatementLine } from './statement-line.entity.ts';
import { Statement } from './statement.entity.ts';

/** Closing a month: statements, split, journal. */
@Module({
  imports: [
    TypeOrmModule.forFeature([SettlementMonth, Statement, StatementLine, Allocation]),
    CatalogueModule,
    MeteringModule,
    LedgerModule,
  ],
  providers: [SettlementService, SettlementResolver],
  exports: [SettlementService],
})
export class SettlementModule {}
