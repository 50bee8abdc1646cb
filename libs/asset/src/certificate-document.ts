import { createHash, type KeyObject } from 'node:crypto';

import { addDays, canonicalJson, type LegalDay } from '#libs/foundation';

import type { Asset } from './asset.entity.ts';
import type { Registration } from './registration.entity.ts';

export interface CertificateTerms {
  readonly queryCode: string;
  readonly registration: Registration;
  readonly asset: Asset;
  readonly holder: { readonly name: string; readonly uscc: string | null };
  /** SHA-256 of the registered file, hex. */
  readonly dataSha256: string;
  readonly validFrom: LegalDay;
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

/** The exact text that is signed. */
export function certificateDocument(terms: CertificateTerms): string {
  const { queryCode, registration, asset, holder, dataSha256, validFrom, validUntil, issuedAt } = terms;
  return canonicalJson({
    v: 1,
    kind: 'REGISTRATION_CERTIFICATE',
    rule: '公共数据资源登记管理暂行办法 (发改数据规〔2025〕26号)',
    queryCode,
    queryCodeFormat: 'local to this exchange',
    registrationId: registration.id,
    registrationType: registration.type,
    assetId: asset.id,
    assetName: registration.name,
    assetOverview: registration.overview,
    datasetVersionId: asset.datasetVersionId,
    dataSha256,
    holderId: registration.applicantId,
    holderName: holder.name,
    holderUscc: holder.uscc,
    registryId: registration.registryId,
    publicityFrom: registration.publicityFrom,
    publicityUntil: registration.publicityUntil,
    validFrom,
    validUntil,
    issuedAt: issuedAt.toISOString(),
  });
}

/** By which a verifier finds the public key: the beginning of its SHA-256. */
export function keyIdOf(publicKey: KeyObject): string {
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(der).digest('hex').slice(0, 16);
}
