import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';

import { Account } from './account.entity.ts';
import { JournalEntry } from './journal-entry.entity.ts';
import { LedgerResolver } from './ledger.resolver.ts';
import { LedgerService } from './ledger.service.ts';
import { Posting } from './posting.entity.ts';

/** Double entry: every entry sums to zero, and none ever changes. */
@Module({
  imports: [TypeOrmModule.forFeature([Account, JournalEntry, Posting])],
  providers: [LedgerService, LedgerResolver],
  exports: [LedgerService],
})
export class LedgerModule {}
