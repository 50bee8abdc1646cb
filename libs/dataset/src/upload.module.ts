import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';

import { FileStore } from './file-store.ts';
import { PartialUpload } from './partial-upload.entity.ts';
import { PartialUploadService } from './partial-upload.service.ts';
import { Upload } from './upload.entity.ts';
import { UploadService } from './upload.service.ts';

/** Files as they come in, without the people who send them: what a worker needs. */
@Module({})
export class UploadModule {
  static forRoot({ uploadDir }: { readonly uploadDir: string }): DynamicModule {
    return {
      module: UploadModule,
      imports: [TypeOrmModule.forFeature([Upload, PartialUpload])],
      providers: [
        { provide: FileStore, useFactory: () => new FileStore(uploadDir) },
        UploadService,
        PartialUploadService,
      ],
      exports: [FileStore, UploadService, PartialUploadService],
    };
  }
}
