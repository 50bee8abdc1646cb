import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';

import { MeteringResolver } from './metering.resolver.ts';
import { MeteringService } from './metering.service.ts';
import { UsageRecord } from './usage-record.entity.ts';

/** One record for each answered call; the calls themselves write them. */
@Module({
  imports: [TypeOrmModule.forFeature([UsageRecord])],
  providers: [MeteringService, MeteringResolver],
  exports: [MeteringService],
})
export class MeteringModule {}
