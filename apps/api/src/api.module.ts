import { join } from 'node:path';

import { type DynamicModule, Module } from '@nestjs/common';

import { AccessModule } from '#libs/access';
import { AssetModule, CertificateLookupModule } from '#libs/asset';
import { CatalogueModule } from '#libs/catalogue';
import { CorrectionRequestModule } from '#libs/correction-request';
import { DatasetModule } from '#libs/dataset';
import { NotificationModule } from '#libs/outbox';
import { PropertyRightModule } from '#libs/property-right';
import { QualityModule } from '#libs/quality';
import { RegistryOfficeModule } from '#libs/registry-office';
import { SettlementModule } from '#libs/settlement';
import { ValuationModule } from '#libs/valuation';

/** What people and systems ask of the exchange, except for the calls of a product. */
@Module({})
export class ApiModule {
  /** `filesDir` holds the uploaded files; all processes of one exchange share it. */
  static over(filesDir: string, publicUrl: string | null): DynamicModule {
    return {
      module: ApiModule,
      imports: [
        NotificationModule,
        DatasetModule.forRoot({ uploadDir: join(filesDir, 'uploads') }),
        QualityModule,
        AssetModule,
        CorrectionRequestModule,
        RegistryOfficeModule,
        CertificateLookupModule.forRoot({ publicUrl }),
        PropertyRightModule,
        ValuationModule,
        CatalogueModule,
        AccessModule,
        SettlementModule,
      ],
    };
  }
}
