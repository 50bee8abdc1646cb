import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';

import { DatasetColumn } from './dataset-column.entity.ts';
import { DatasetVersion } from './dataset-version.entity.ts';
import { Dataset } from './dataset.entity.ts';
import { DatasetResolver, DatasetVersionResolver } from './dataset.resolver.ts';
import { DatasetService } from './dataset.service.ts';
import { UploadController } from './upload.controller.ts';
import { UploadModule } from './upload.module.ts';

/** Bytes with a schema: received, read, typed, profiled. */
@Global()
@Module({})
export class DatasetModule {
  static forRoot({ uploadDir }: { readonly uploadDir: string }): DynamicModule {
    return {
      module: DatasetModule,
      imports: [
        UploadModule.forRoot({ uploadDir }),
        TypeOrmModule.forFeature([Dataset, DatasetVersion, DatasetColumn]),
      ],
      controllers: [UploadController],
      providers: [DatasetService, DatasetResolver, DatasetVersionResolver],
      exports: [DatasetService, UploadModule],
    };
  }
}
