import { Injectable } from '@nestjs/common';
import { In, MoreThan } from 'typeorm';

import { type SecurityContext, type Transaction, TransactionRunner } from '#libs/database';

import { startOfLegalDay } from '#libs/foundation';

import { Asset } from './asset.entity.ts';
import { Certificate } from './certificate.entity.ts';
import type { RegistrationState } from './registration-state.ts';
import { Registration } from './registration.entity.ts';

const NOBODY: SecurityContext = { partyId: null, roles: [] };

export interface PublicityNotice {
  readonly id: string;
  readonly applicantName: string;
  readonly registrationType: string;
  readonly dataName: string;
  readonly dataOverview: string;
  readonly publicityFrom: string;
  readonly publicityUntil: string;
}

/** What is registered, and how far the rest has come. */
@Injectable()
export class AssetService {
  constructor(private readonly transactions: TransactionRunner) {}

  findIn(tx: Transaction, id: string): Promise<Asset | null> {
    return tx.findOneBy(Asset, { id });
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
    return this.transactions.run(context, (tx) => tx.findOneBy(Registration, { id }));
  }

  listRegistrations(
    context: SecurityContext,
    { state, first, afterId }: { state: RegistrationState | null; first: number; afterId: string | null },
  ): Promise<Registration[]> {
    return this.transactions.run(context, (tx) =>
      tx.find(Registration, {
        where: { ...(state && { state }), ...(afterId !== null && { id: MoreThan(afterId) }) },
        order: { id: 'ASC' },
        take: first + 1,
      }),
    );
  }

  /** Certificates of these assets; anyone may look them up. */
  certificatesOf(assetIds: readonly string[]): Promise<Certificate[]> {
    return this.transactions.run(NOBODY, (tx) => tx.findBy(Certificate, { assetId: In(assetIds) }));
  }

  /** The first instant at which an asset has no valid certificate any more (Art. 15); null: it has none. */
  async certifiedUntil(tx: Transaction, assetId: string): Promise<Date | null> {
    const certificate = await tx.findOne(Certificate, { where: { assetId }, order: { validUntil: 'DESC' } });
    return certificate && startOfLegalDay(certificate.validUntil);
  }

  findCertificate(queryCode: string): Promise<Certificate | null> {
    return this.transactions.run(NOBODY, (tx) => tx.findOneBy(Certificate, { queryCode }));
  }

  /** What Art. 12 makes public of the registrations that are publicized, and no more. */
  publicityNotices(first: number, afterId: string | null): Promise<PublicityNotice[]> {
    return this.transactions.run(NOBODY, (tx) =>
      tx.query(
        `SELECT id, applicant_name AS "applicantName", registration_type AS "registrationType",
                data_name AS "dataName", data_overview AS "dataOverview",
                publicity_from::text AS "publicityFrom", publicity_until::text AS "publicityUntil"
         FROM publicity_notice WHERE $1::uuid IS NULL OR id > $1 ORDER BY id LIMIT $2`,
        [afterId, first + 1],
      ),
    );
  }
}
