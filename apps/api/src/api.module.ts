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

export interface ApiOptions {
  /** Where anybody reaches it; left out: below the name of its log. */
  readonly publicUrl?: string;
  /** How many bytes of files one party may have. */
  readonly partyBytes?: bigint;
}

/** What people and systems ask of the exchange, except for the calls of a product. */
@Module({})
export class ApiModule {
  /** `filesDir` holds the uploaded files; all processes of one exchange share it. */
  static over(filesDir: string, { publicUrl, partyBytes }: ApiOptions): DynamicModule {
    return {
      module: ApiModule,
      imports: [
        NotificationModule,
        DatasetModule.forRoot({
          uploadDir: join(filesDir, 'uploads'),
          ...(partyBytes !== undefined && { partyBytes }),
        }),
        QualityModule,
        AssetModule,
        CorrectionRequestModule,
        RegistryOfficeModule,
        CertificateLookupModule.forRoot({ publicUrl: publicUrl ?? null }),
        PropertyRightModule,
        ValuationModule,
        CatalogueModule,
        AccessModule,
        SettlementModule,
      ],
    };
  }
}
