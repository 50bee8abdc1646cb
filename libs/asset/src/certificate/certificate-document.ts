import { statusEntry, type StatusEntry } from '#libs/credential';
import { addDays, canonicalJson, type LegalDay } from '#libs/foundation';

import type { Asset } from '../asset.entity.ts';
import type { Registration } from '../registration/registration.entity.ts';

export interface CertificateTerms extends StatusEntry {
  readonly id: string;
  readonly queryCode: string;
  readonly registration: Registration;
  readonly asset: Asset;
  readonly holder: { readonly name: string; readonly uscc: string | null };
  readonly registry: { readonly name: string; readonly uscc: string | null };
  /** SHA-256 of the registered file, hex. */
  readonly dataSha256: string;
  readonly validFrom: LegalDay;
  /** Exclusive. */
  readonly validUntil: LegalDay;
  readonly issuedAt: Date;
}

/** Our own code, labelled so: the national layout for track A is not published. */
export function queryCodeOf(day: LegalDay, serial: number): string {
  return `PDX-A-${day.slice(0, 4)}${day.slice(5, 7)}-${String(serial).padStart(6, '0')}`;
}

/** Three years from the coding day, in principle (Art. 15); exclusive. A 29 February ends on 1 March. */
export function validUntilOf(validFrom: LegalDay): LegalDay {
  const sameDay = `${Number(validFrom.slice(0, 4)) + 3}${validFrom.slice(4)}`;
  return addDays(sameDay, 0);
}

/** The exact text that is signed: a W3C Verifiable Credential (VC Data Model 2.0), as canonical JSON. */
export function certificateDocument(terms: CertificateTerms): string {
  const { id, queryCode, registration, asset, holder, registry, validFrom, validUntil } = terms;
  return canonicalJson({
    '@context': [
      'https://www.w3.org/ns/credentials/v2',
      'https://www.w3.org/ns/credentials/undefined-terms/v2',
    ],
    type: ['VerifiableCredential', 'DataRegistrationCertificate'],
    id: `urn:uuid:${id}`,
    issuer: { id: `urn:uuid:${registration.registryId}`, name: registry.name },
    validFrom: `${validFrom}T00:00:00+08:00`,
    // The last second of the last day.
    validUntil: `${addDays(validUntil, -1)}T23:59:59+08:00`,
    credentialSubject: {
      id: `urn:uuid:${asset.id}`,
      rule: '公共数据资源登记管理暂行办法 (发改数据规〔2025〕26号)',
      queryCode,
      queryCodeFormat: 'local to this exchange',
      registrationId: registration.id,
      registrationType: registration.type,
      name: registration.name,
      overview: registration.overview,
      datasetVersionId: asset.datasetVersionId,
      dataSha256: terms.dataSha256,
      holderId: registration.applicantId,
      holderName: holder.name,
      holderUscc: holder.uscc,
      publicityFrom: registration.publicityFrom,
      publicityUntil: registration.publicityUntil,
      issuedAt: terms.issuedAt.toISOString(),
    },
    credentialStatus: statusEntry(terms),
  });
}
