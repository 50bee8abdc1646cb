import { statusEntry, type StatusEntry } from '#libs/credential';
import { addDays, canonicalJson, type LegalDay } from '#libs/foundation';

import type { AnnexForm } from './annex-form.ts';
import type { PropertyRightType } from './property-right-state.ts';

export interface PropertyRightTerms extends StatusEntry {
  readonly id: string;
  readonly code: string;
  readonly registration: {
    readonly id: string;
    readonly assetId: string;
    readonly registryId: string;
    readonly type: PropertyRightType;
    readonly remarks: string | null;
  };
  readonly form: AnnexForm;
  readonly registry: { readonly name: string };
  readonly holders: ReadonlyMap<string, { readonly name: string; readonly uscc: string | null }>;
  /** SHA-256 of the registered file, hex. */
  readonly dataSha256: string;
  readonly validFrom: LegalDay;
  /** Exclusive. */
  readonly validUntil: LegalDay;
  /** Deposit and issue are one act. */
  readonly issuedAt: Date;
}

/** The 15 characters of Annex 6: SJ, region, agency, year and month, serial of the month. */
export function certificateCodeOf(
  agency: { readonly region: string; readonly agency: string },
  day: LegalDay,
  serial: number,
): string {
  return `SJ${agency.region}${agency.agency}${day.slice(0, 4)}${day.slice(5, 7)}${String(serial).padStart(4, '0')}`;
}

/**
 * The exact text that is signed, a W3C Verifiable Credential (VC Data Model 2.0) as canonical JSON: who applies, what the
 * data are, which rights there are and what limits them (Art. 26).
 */
export function propertyRightDocument(terms: PropertyRightTerms): string {
  const { id, code, registration, form, validFrom, validUntil, issuedAt } = terms;
  return canonicalJson({
    '@context': [
      'https://www.w3.org/ns/credentials/v2',
      'https://www.w3.org/ns/credentials/undefined-terms/v2',
    ],
    type: ['VerifiableCredential', 'DataPropertyRightCertificate'],
    id: `urn:uuid:${id}`,
    issuer: { id: `urn:uuid:${registration.registryId}`, name: terms.registry.name },
    validFrom: `${validFrom}T00:00:00+08:00`,
    // The last second of the last day.
    validUntil: `${addDays(validUntil, -1)}T23:59:59+08:00`,
    credentialSubject: {
      id: `urn:uuid:${registration.assetId}`,
      rule: '数据产权登记工作指引(试行) (国数综政策〔2026〕35号)',
      code,
      registrationId: registration.id,
      registrationType: registration.type,
      name: form.name,
      overview: form.overview,
      industry: form.industry,
      source: form.source,
      regionScope: form.regionScope,
      regionCode: form.regionCode,
      periodFrom: form.periodFrom,
      periodTo: form.periodTo,
      limits: form.limits,
      remarks: registration.remarks,
      dataSha256: terms.dataSha256,
      rights: form.rights.map(({ holderId, kinds, until, limits }) => ({
        holderId,
        holderName: terms.holders.get(holderId)?.name ?? null,
        holderUscc: terms.holders.get(holderId)?.uscc ?? null,
        kinds: [...kinds],
        until,
        limits,
      })),
      depositedAt: issuedAt.toISOString(),
      issuedAt: issuedAt.toISOString(),
    },
    credentialStatus: statusEntry(terms),
  });
}
