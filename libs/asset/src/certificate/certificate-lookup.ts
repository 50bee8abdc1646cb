import { Injectable } from '@nestjs/common';

import { compactOf, type CredentialFault, verifyCredential } from '#libs/credential';
import { canonicalJson, Clock, invariant } from '#libs/foundation';
import { KeyRing } from '#libs/keys';
import { ExchangeService } from '#libs/party';

import { AssetService, type CertificateWithEnd } from '../asset.service.ts';
import { type CertificateFacts, certificateFactsOf, CODE } from './certificate-facts.ts';
import { type CertificateStanding, certificateStatusAt } from './certificate-standing.ts';
import { PublicUrl } from './public-url.ts';

export interface FoundCertificate {
  readonly document: string;
  /** The compact JWS. */
  readonly credential: string;
  readonly facts: CertificateFacts;
  readonly standing: CertificateStanding;
}

export interface PresentedCertificate {
  /** NOT_FOUND: the signature is ours and the register knows of no such certificate. */
  readonly verdict: 'VALID' | CredentialFault | 'NOT_FOUND';
  readonly checkedAt: Date;
  /** Null unless the document is genuine. */
  readonly found: FoundCertificate | null;
}

/** Certificates as anybody may look at them: by the code, or by holding one out. */
@Injectable()
export class CertificateLookup {
  constructor(
    private readonly assets: AssetService,
    private readonly exchange: ExchangeService,
    private readonly publicUrl: PublicUrl,
    private readonly keys: KeyRing,
    private readonly clock: Clock,
  ) {}

  /** The certificate of a code, however it was typed, and how it stands now. */
  async find(typed: string, at = this.clock.now()): Promise<FoundCertificate | null> {
    const code = typed.toUpperCase();
    const certificate = CODE.test(code) ? await this.assets.findCertificate(code) : null;
    return certificate && this.foundOf(certificate, at);
  }

  /**
   * What `pdx certificate verify` says of a certificate, with the keys of this exchange and the register as it is now
   * in the place of a status list.
   */
  async check(compact: string): Promise<PresentedCertificate> {
    const checkedAt = this.clock.now();
    const { publicKey } = this.keys.signing('CERTIFICATE');
    const trusted = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const { reason, credential } = verifyCredential(compact, trusted, checkedAt, null);
    const refused = (verdict: PresentedCertificate['verdict']) => ({ verdict, checkedAt, found: null });
    if (!credential) return refused(reason === 'WRONG_KEY' || reason === 'FORGED' ? reason : 'MALFORMED');
    const facts = certificateFactsOf(canonicalJson(credential));
    // Our key signs status lists too.
    if (!facts) return refused('MALFORMED');
    const found = await this.find(facts.code, checkedAt);
    if (found?.facts.id !== facts.id) return refused('NOT_FOUND');
    const isWithinDays = reason !== 'EXPIRED' && reason !== 'NOT_YET_VALID';
    const verdict = isWithinDays ? (found.standing.end ? 'REVOKED' : 'VALID') : reason;
    return { verdict, checkedAt, found };
  }

  /** Where the QR code of a certificate leads. */
  async verifyUrlOf(code: string): Promise<string> {
    return `${this.publicUrl.over(await this.exchange.find())}/verify/${code}`;
  }

  private async foundOf(certificate: CertificateWithEnd, checkedAt: Date): Promise<FoundCertificate> {
    const { document, keyId, signature, end } = certificate;
    const facts = certificateFactsOf(document);
    invariant(facts, 'What was signed is a certificate');
    const status = certificateStatusAt(facts, end, checkedAt);
    const isReplaced = status === 'SUPERSEDED' || status === 'EXPIRED';
    const newerCode = isReplaced ? await this.newerCodeOf(certificate) : null;
    const standing = { status, end, newerCode, checkedAt };
    return { document, credential: compactOf(document, keyId, signature), facts, standing };
  }

  /** Of those issued later over the same data: the first that was not ended itself, or else the last. */
  private async newerCodeOf({ track, assetId, issuedAt }: CertificateWithEnd): Promise<string | null> {
    const all = await this.assets.certificatesOf(track, [assetId]);
    const later = all.filter((other) => other.issuedAt > issuedAt);
    return (later.find(({ end }) => end === null) ?? later.at(-1))?.queryCode ?? null;
  }
}
