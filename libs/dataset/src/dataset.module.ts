import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';

import { DatasetColumn } from './dataset-column.entity.ts';
import { DatasetVersion } from './dataset-version.entity.ts';
import { Dataset } from './dataset.entity.ts';
import { DatasetResolver, DatasetVersionResolver } from './dataset.resolver.ts';
import { DatasetService } from './dataset.service.ts';
import { FileStore } from './file-store.ts';
import { PartialUpload } from './partial-upload.entity.ts';
import { PartialUploadService } from './partial-upload.service.ts';
import { UploadController } from './upload.controller.ts';
import { Upload } from './upload.entity.ts';
import { UploadService } from './upload.service.ts';

/** Bytes with a schema: received, read, typed, profiled. */
@Global()
@Module({})
export class DatasetModule {
  static forRoot({ uploadDir }: { readonly uploadDir: string }): DynamicModule {
    return {
      module: DatasetModule,
      imports: [TypeOrmModule.forFeature([Upload, PartialUpload, Dataset, DatasetVersion, DatasetColumn])],
      controllers: [UploadController],
      providers: [
        { provide: FileStore, useFactory: () => new FileStore(uploadDir) },
        UploadService,
        PartialUploadService,
        DatasetService,
        DatasetResolver,
        DatasetVersionResolver,
      ],
      exports: [DatasetService, UploadService],
    };
  }
}
