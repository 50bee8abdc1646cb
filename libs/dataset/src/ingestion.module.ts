import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';

import { OutboxModule } from '#libs/outbox';

import { DatasetColumn } from './dataset-column.entity.ts';
import { DatasetVersion } from './dataset-version.entity.ts';
import { Dataset } from './dataset.entity.ts';
import { FileStore } from './file-store.ts';
import { DatasetLoad } from './load/dataset-load.entity.ts';
import { DatasetLoader } from './load/dataset-loader.ts';
import { LoadQueue } from './load/load-queue.ts';
import { PartialUpload } from './partial-upload.entity.ts';
import { PartialUploadService } from './partial-upload.service.ts';
import { Upload } from './upload.entity.ts';
import { UploadService } from './upload.service.ts';

/** Files as they come in and are read, without the people who send them: what a worker needs. */
@Module({})
export class IngestionModule {
  static forRoot({ uploadDir }: { readonly uploadDir: string }): DynamicModule {
    return {
      module: IngestionModule,
      imports: [
        OutboxModule,
        TypeOrmModule.forFeature([
          Upload,
          PartialUpload,
          DatasetLoad,
          Dataset,
          DatasetVersion,
          DatasetColumn,
        ]),
      ],
      providers: [
        { provide: FileStore, useFactory: () => new FileStore(uploadDir) },
        ...[UploadService, PartialUploadService, DatasetLoader, LoadQueue],
      ],
      exports: [FileStore, UploadService, PartialUploadService, LoadQueue],
    };
  }
}
