import { type DynamicModule, Global, Module } from '@nestjs/common';

import { DatasetResolver, DatasetVersionResolver } from './dataset.resolver.ts';
import { DatasetService } from './dataset.service.ts';
import { IngestionModule, type IngestionOptions } from './ingestion.module.ts';
import { DatasetLoadResolver } from './load/dataset-load.resolver.ts';
import { DatasetLoadService } from './load/dataset-load.service.ts';
import { UploadController } from './upload.controller.ts';

/** Bytes with a schema: received, read, typed, profiled. */
@Global()
@Module({})
export class DatasetModule {
  static forRoot(options: IngestionOptions): DynamicModule {
    return {
      module: DatasetModule,
      imports: [IngestionModule.forRoot(options)],
      controllers: [UploadController],
      providers: [
        ...[DatasetService, DatasetLoadService],
        ...[DatasetResolver, DatasetVersionResolver, DatasetLoadResolver],
      ],
      exports: [DatasetService, DatasetLoadService, IngestionModule],
    };
  }
}
