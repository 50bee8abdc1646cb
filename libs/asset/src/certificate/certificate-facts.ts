import { plainToInstance, Type } from 'class-transformer';
import {
  ArrayNotEmpty,
  IsArray,
  IsIn,
  IsInstance,
  IsISO8601,
  IsOptional,
  IsString,
  Matches,
  ValidateNested,
  validateSync,
} from 'class-validator';

import { type LegalDay, legalDayOf } from '#libs/foundation';

import { Track } from '../track.ts';

/** Of both tracks; they are part of addresses. */
export const CODE = /^[A-Z0-9-]{1,40}$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const SHA256 = /^[0-9a-f]{64}$/;
const RIGHT_KINDS = ['HOLD', 'USE', 'OPERATE'] as const;

export type CertifiedRight = (typeof RIGHT_KINDS)[number];

/** What track B certifies of one holder (国数综政策〔2026〕35号 Art. 3, 21). */
class CertifiedShare {
  @IsString() readonly holderId!: string;
  @IsString() readonly holderName!: string;
  @IsOptional() @IsString() readonly holderUscc!: string | null;
  @IsArray() @ArrayNotEmpty() @IsIn(RIGHT_KINDS, { each: true }) readonly kinds!: CertifiedRight[];
  /** Its last day; null: as long as the registration. */
  @IsOptional() @Matches(DAY) readonly until!: LegalDay | null;
  @IsOptional() @IsString() readonly limits!: string | null;
}

class Subject {
  @Matches(/^urn:uuid:/) readonly id!: string;
  @IsString() readonly rule!: string;
  @IsString() readonly registrationId!: string;
  @IsString() readonly name!: string;
  @IsString() readonly overview!: string;
  @Matches(SHA256) readonly dataSha256!: string;
  @IsISO8601({ strict: true }) readonly issuedAt!: string;
}

class SubjectOfTrackA extends Subject {
  @Matches(CODE) readonly queryCode!: string;
  @IsIn(['FIRST', 'CHANGE', 'CORRECTION', 'RENEWAL']) readonly registrationType!: string;
  @IsString() readonly holderId!: string;
  @IsString() readonly holderName!: string;
  @IsOptional() @IsString() readonly holderUscc!: string | null;
  @IsOptional() @Matches(DAY) readonly publicityFrom!: LegalDay | null;
  @IsOptional() @Matches(DAY) readonly publicityUntil!: LegalDay | null;
}

class SubjectOfTrackB extends Subject {
  @Matches(CODE) readonly code!: string;
  @IsIn(['INITIAL', 'TRANSFER', 'CHANGE', 'RENEWAL']) readonly registrationType!: string;
  @IsString() readonly industry!: string;
  @IsString() readonly regionScope!: string;
  @IsOptional() @IsString() readonly regionCode!: string | null;
  @Matches(DAY) readonly periodFrom!: LegalDay;
  @Matches(DAY) readonly periodTo!: LegalDay;
  @IsString() readonly limits!: string;
  @IsOptional() @IsString() readonly remarks!: string | null;
  @IsArray()
  @ArrayNotEmpty()
  @IsInstance(CertifiedShare, { each: true })
  @ValidateNested({ each: true })
  @Type(() => CertifiedShare)
  readonly rights!: CertifiedShare[];
  @IsISO8601({ strict: true }) readonly depositedAt!: string;
}

class Issuer {
  @IsString() readonly name!: string;
}

abstract class Credential {
  @Matches(/^urn:uuid:/) readonly id!: string;
  // IsInstance, because what is absent or a list has nothing wrong inside.
  @IsInstance(Issuer) @ValidateNested() @Type(() => Issuer) readonly issuer!: Issuer;
  @IsISO8601({ strict: true }) readonly validFrom!: string;
  @IsISO8601({ strict: true }) readonly validUntil!: string;
}

class CredentialOfTrackA extends Credential {
  @IsInstance(SubjectOfTrackA)
  @ValidateNested()
  @Type(() => SubjectOfTrackA)
  readonly credentialSubject!: SubjectOfTrackA;
}

class CredentialOfTrackB extends Credential {
  @IsInstance(SubjectOfTrackB)
  @ValidateNested()
  @Type(() => SubjectOfTrackB)
  readonly credentialSubject!: SubjectOfTrackB;
}

interface CommonFacts {
  /** Of the certificate, not of what it is about. */
  readonly id: string;
  readonly code: string;
  readonly registry: string;
  readonly validFrom: LegalDay;
  /** The last day on which it is valid. */
  readonly validTo: LegalDay;
  readonly holders: readonly { readonly name: string; readonly uscc: string | null }[];
}

export type CertificateFacts =
  | (CommonFacts & { readonly track: Track.A; readonly subject: SubjectOfTrackA })
  | (CommonFacts & { readonly track: Track.B; readonly subject: SubjectOfTrackB });

/** What a certificate says, read from the document that was signed; null: it is no certificate of either track. */
export function certificateFactsOf(document: string): CertificateFacts | null {
  const plain = JSON.parse(document) as { readonly type?: unknown } | null;
  const types: unknown = plain?.type;
  if (!Array.isArray(types)) return null;
  if (types.includes('DataRegistrationCertificate')) {
    const credential = checked(CredentialOfTrackA, plain);
    if (!credential) return null;
    const { credentialSubject: subject } = credential;
    const holders = [{ name: subject.holderName, uscc: subject.holderUscc }];
    return { track: Track.A, code: subject.queryCode, holders, subject, ...commonOf(credential) };
  }
  if (types.includes('DataPropertyRightCertificate')) {
    const credential = checked(CredentialOfTrackB, plain);
    if (!credential) return null;
    const { credentialSubject: subject } = credential;
    const holders = subject.rights.map(({ holderName, holderUscc }) => ({
      name: holderName,
      uscc: holderUscc,
    }));
    return { track: Track.B, code: subject.code, holders, subject, ...commonOf(credential) };
  }
  return null;
}

function commonOf({ id, issuer, validFrom, validUntil }: Credential) {
  return {
    id: id.slice('urn:uuid:'.length),
    registry: issuer.name,
    validFrom: legalDayOf(new Date(validFrom)),
    validTo: legalDayOf(new Date(validUntil)),
  };
}

function checked<T extends Credential>(type: new () => T, plain: unknown): T | null {
  const credential = plainToInstance(type, plain);
  return validateSync(credential).length === 0 ? credential : null;
}
