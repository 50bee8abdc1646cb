import { type DynamicModule, Module } from '@nestjs/common';

import { AssetModule } from '../asset.module.ts';
import { CertificateLookup } from './certificate-lookup.ts';
import { CertificateController } from './certificate.controller.ts';
import { PublicUrl } from './public-url.ts';
import { VerificationController } from './verification.controller.ts';

/** What anybody may see and check of the certificates of both tracks, without signing in. */
@Module({})
export class CertificateLookupModule {
  static forRoot({ publicUrl }: { readonly publicUrl: string | null }): DynamicModule {
    return {
      module: CertificateLookupModule,
      imports: [AssetModule],
      controllers: [CertificateController, VerificationController],
      providers: [CertificateLookup, { provide: PublicUrl, useValue: new PublicUrl(publicUrl) }],
    };
  }
}
