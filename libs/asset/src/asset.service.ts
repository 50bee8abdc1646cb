import { Injectable } from '@nestjs/common';
import { In, MoreThan } from 'typeorm';

import { type SecurityContext, type Transaction, TransactionRunner } from '#libs/database';
import { Clock, newId, startOfLegalDay } from '#libs/foundation';

import { Asset } from './asset.entity.ts';
import { CertificateEnd } from './certificate/certificate-end.entity.ts';
import { Certificate } from './certificate/certificate.entity.ts';
import type { RegistrationState, RegistrationType } from './registration/registration-state.ts';
import { Registration } from './registration/registration.entity.ts';
import { Track } from './track.ts';

const NOBODY: SecurityContext = { partyId: null, roles: [] };

export interface PublicityNotice {
  readonly id: string;
  readonly applicantName: string;
  readonly registrationType: string;
  readonly dataName: string;
  readonly dataOverview: string;
  /** Track B only. */
  readonly limits: string | null;
  readonly publicityFrom: string;
  readonly publicityUntil: string;
  readonly isProvisional: boolean;
}

export type CertificateWithEnd = Certificate & { readonly end: CertificateEnd | null };

/** What is registered, and how far the rest has come. */
@Injectable()
export class AssetService {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly clock: Clock,
  ) {}

  findIn(tx: Transaction, id: string): Promise<Asset | null> {
    return tx.findOneBy(Asset, { id });
  }

  /** The asset of a dataset version, made if there is none: after what came to nothing, the next is about the same. */
  async ensureIn(
    tx: Transaction,
    version: { readonly id: string; readonly providerId: string },
    { name, overview }: { readonly name: string; readonly overview: string },
  ): Promise<Asset> {
    await tx.query(
      `INSERT INTO asset (id, dataset_version_id, provider_id, name, overview, state, created_at)
       VALUES ($1, $2, $3, $4, $5, 'UNREGISTERED', $6) ON CONFLICT (dataset_version_id) DO NOTHING`,
      [newId(), version.id, version.providerId, name, overview, this.clock.now()],
    );
    return tx.findOneByOrFail(Asset, { datasetVersionId: version.id });
  }

  /** Nobody takes it out of the register until the transaction is over; for those who may write to it. */
  holdIn(tx: Transaction, id: string): Promise<Asset | null> {
    return tx.findOne(Asset, { where: { id }, lock: { mode: 'pessimistic_read' } });
  }

  find(context: SecurityContext, id: string): Promise<Asset | null> {
    return this.transactions.run(context, (tx) => this.findIn(tx, id));
  }

  findAll(context: SecurityContext, ids: readonly string[]): Promise<Asset[]> {
    return this.transactions.run(context, (tx) => tx.findBy(Asset, { id: In(ids) }));
  }

  list(context: SecurityContext, first: number, afterId: string | null): Promise<Asset[]> {
    return this.transactions.run(context, (tx) =>
      tx.find(Asset, {
        where: afterId === null ? {} : { id: MoreThan(afterId) },
        order: { id: 'ASC' },
        take: first + 1,
      }),
    );
  }

  findRegistration(context: SecurityContext, id: string): Promise<Registration | null> {
    return this.transactions.run(context, (tx) => tx.findOneBy(Registration, { id, track: Track.A }));
  }

  listRegistrations(
    context: SecurityContext,
    page: {
      readonly state: RegistrationState | null;
      readonly type: RegistrationType | null;
      readonly assetId: string | null;
      readonly first: number;
      readonly afterId: string | null;
    },
  ): Promise<Registration[]> {
    const { state, type, assetId, first, afterId } = page;
    return this.transactions.run(context, (tx) =>
      tx.find(Registration, {
        where: {
          track: Track.A,
          ...(state && { state }),
          ...(type && { type }),
          ...(assetId !== null && { assetId }),
          ...(afterId !== null && { id: MoreThan(afterId) }),
        },
        order: { id: 'ASC' },
        take: first + 1,
      }),
    );
  }

  /** Certificates of these assets, oldest first; anyone may look them up. */
  certificatesOf(track: Track, assetIds: readonly string[]): Promise<CertificateWithEnd[]> {
    return this.transactions.run(NOBODY, async (tx) =>
      this.withEnds(
        tx,
        await tx.find(Certificate, { where: { track, assetId: In(assetIds) }, order: { issuedAt: 'ASC' } }),
      ),
    );
  }

  /** What came of these applications. */
  certificatesByRegistration(registrationIds: readonly string[]): Promise<CertificateWithEnd[]> {
    return this.transactions.run(NOBODY, async (tx) =>
      this.withEnds(tx, await tx.findBy(Certificate, { registrationId: In(registrationIds) })),
    );
  }

  /** The first instant at which an asset has no valid certificate any more (Art. 15); null: it has none. */
  async certifiedUntil(tx: Transaction, assetId: string): Promise<Date | null> {
    const [latest]: { until: string | null }[] = await tx.query(
      `SELECT max(valid_until)::text AS until FROM certificate
       JOIN asset ON asset.id = asset_id AND asset.state = 'REGISTERED'
       WHERE asset_id = $1 AND track = 'A' AND NOT EXISTS (SELECT FROM certificate_end WHERE certificate_id = certificate.id)`,
      [assetId],
    );
    return latest?.until ? startOfLegalDay(latest.until) : null;
  }

  async findCertificate(queryCode: string): Promise<CertificateWithEnd | null> {
    const found = await this.transactions.run(NOBODY, async (tx) =>
      this.withEnds(tx, await tx.findBy(Certificate, { queryCode })),
    );
    return found[0] ?? null;
  }

  private async withEnds(tx: Transaction, certificates: Certificate[]): Promise<CertificateWithEnd[]> {
    const ids = certificates.map(({ id }) => id);
    const ends = await tx.findBy(CertificateEnd, { certificateId: In(ids) });
    return certificates.map((certificate) =>
      Object.assign(certificate, {
        end: ends.find(({ certificateId }) => certificateId === certificate.id) ?? null,
      }),
    );
  }

  /** What the law makes public of the registrations that are publicized (A Art. 12, B Art. 24), and no more. */
  publicityNotices(track: Track, first: number, afterId: string | null): Promise<PublicityNotice[]> {
    return this.transactions.run(NOBODY, (tx) =>
      tx.query(
        `SELECT id, applicant_name AS "applicantName", registration_type AS "registrationType",
                data_name AS "dataName", data_overview AS "dataOverview", limits,
                publicity_from::text AS "publicityFrom", publicity_until::text AS "publicityUntil",
                is_provisional AS "isProvisional"
         FROM publicity_notice WHERE track = $3 AND ($1::uuid IS NULL OR id > $1) ORDER BY id LIMIT $2`,
        [afterId, first + 1, track],
      ),
    );
  }
}
