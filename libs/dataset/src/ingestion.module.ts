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
import { PARTY_BYTES, UploadQuota } from './upload-quota.ts';
import { UploadService } from './upload.service.ts';

export interface IngestionOptions {
  /** Where the files lie; all processes of one exchange share it. */
  readonly uploadDir: string;
  /** How much one party may have there. */
  readonly partyBytes?: bigint;
}

/** Files as they come in and are read, without the people who send them: what a worker needs. */
@Module({})
export class IngestionModule {
  static forRoot({ uploadDir, partyBytes = PARTY_BYTES }: IngestionOptions): DynamicModule {
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
        { provide: UploadQuota, useFactory: () => new UploadQuota(partyBytes) },
        ...[UploadService, PartialUploadService, DatasetLoader, LoadQueue],
      ],
      exports: [FileStore, UploadService, PartialUploadService, LoadQueue],
    };
  }
}
