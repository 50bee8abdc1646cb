import { statusEntry, type StatusEntry } from '#libs/credential';
import type { JsonObject, LegalDay } from '#libs/foundation';

import type { Appraiser } from '../engagement/appraiser.entity.ts';
import type { Draft } from '../engagement/draft.entity.ts';
import type { ValuationKind, ValuationPurpose } from '../engagement/engagement-state.ts';
import type { Engagement } from '../engagement/engagement.entity.ts';
import type { Qualification, QualificationKind } from '../qualification/qualification.entity.ts';
import type { ReportCalculation, ReportContent } from './calculate-report.ts';
import { REPORT_STATUSES } from './report-status.ts';

/** In the header of its signature. */
export const REPORT_TYPE = 'valuation-report+jwt';

interface ReportParty {
  readonly name: string;
  readonly uscc: string | null;
}

/** What the first reports did not tell is optional, here and below. */
interface ReportFirm extends ReportParty {
  /** 备案号; null: 评价 needs none. */
  readonly filingNumber?: string | null;
}

interface ReportSignature {
  readonly name: string;
  readonly signedAt: string;
  /** What its signer appraises by; null: 评价 needs none. */
  readonly qualification?: { readonly kind: QualificationKind; readonly number: string } | null;
}

/** 评价报告 or 评估报告 as it is signed: who, what, what for, what went in and what came out. */
export interface ValuationReport {
  readonly format: 'valuation-report/1';
  readonly engagementId: string;
  readonly kind: ValuationKind;
  readonly purpose: ValuationPurpose;
  readonly useScope: string;
  readonly isStatutory: boolean;
  readonly isStateOwned: boolean;
  readonly asset: {
    readonly id: string;
    readonly name: string;
    /** Of its certificate on track A; null: it has none in force. */
    readonly queryCode: string | null;
    readonly datasetVersionId: string;
    readonly fileSha256: string;
  };
  readonly holder: ReportParty;
  readonly firm: ReportFirm;
  readonly baseDate: LegalDay;
  readonly validUntil: LegalDay;
  readonly keptUntil: LegalDay;
  readonly deliveredAt: string;
  readonly content: ReportContent;
  readonly calculation: ReportCalculation;
  readonly draft: {
    readonly number: number;
    readonly preparedAt: string;
    readonly reviewedAt: string;
    readonly reviewer?: string;
  };
  readonly signatures: readonly ReportSignature[];
  /** Its entry in a status list (W3C Bitstring Status List 1.0), which tells what ended it before its last day. */
  readonly credentialStatus?: JsonObject;
}

export function reportOf(of: {
  readonly engagement: Engagement;
  readonly asset: { readonly name: string; readonly queryCode: string | null; readonly fileSha256: string };
  readonly holder: ReportParty;
  readonly firm: ReportParty;
  readonly draft: Draft;
  readonly reviewer: string;
  readonly signers: readonly Appraiser[];
  readonly qualifications: readonly Qualification[];
  readonly deliveredAt: Date;
  readonly keptUntil: LegalDay;
  readonly status: StatusEntry;
}): JsonObject {
  const { engagement, asset, holder, draft, reviewer, signers, qualifications, deliveredAt, keptUntil } = of;
  const filing = qualifications.find(({ personId }) => personId === null);
  const firm = { ...of.firm, filingNumber: filing?.number ?? null };
  const { id, kind, purpose, useScope, isStatutory, isStateOwned, assetId, datasetVersionId } = engagement;
  const { content, calculation, number, preparedAt, reviewedAt } = draft;
  const report: ValuationReport = {
    format: 'valuation-report/1',
    ...{ engagementId: id, kind, purpose, useScope, isStatutory, isStateOwned },
    asset: { id: assetId, datasetVersionId, ...asset },
    ...{ holder, firm, baseDate: engagement.baseDate, validUntil: content.validUntil, keptUntil },
    deliveredAt: deliveredAt.toISOString(),
    ...{ content, calculation },
    draft: {
      number,
      preparedAt: preparedAt.toISOString(),
      reviewedAt: (reviewedAt ?? deliveredAt).toISOString(),
      reviewer,
    },
    signatures: signers.map(({ personId, name, signedAt }) => {
      const qualification = qualifications.find((one) => one.personId === personId);
      return {
        name,
        signedAt: (signedAt ?? deliveredAt).toISOString(),
        qualification: qualification ? { kind: qualification.kind, number: qualification.number } : null,
      };
    }),
    credentialStatus: statusEntry(of.status, REPORT_STATUSES),
  };
  return report as unknown as JsonObject;
}
