import { Injectable } from '@nestjs/common';

import {
  compactOf,
  keyIdOf,
  signingInputOf,
  STATUS_LIST_SIZE,
  statusListDocument,
  type StatusEntry,
} from '#libs/credential';
import { type SecurityContext, type Transaction, TransactionRunner } from '#libs/database';
import { Clock, invariant } from '#libs/foundation';
import { KeyRing } from '#libs/keys';
import { ExchangeService } from '#libs/party';

import { reportStatusOf } from '../report/report-status.ts';

/** Of the sequence that hands them out. */
const LARGEST_INDEX = 2_147_483_647;
const NOBODY: SecurityContext = { partyId: null, roles: [] };

/** Which delivered reports ended before their last day, for anyone to fetch and to keep (W3C Bitstring Status List 1.0). */
@Injectable()
export class ReportStatusListService {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly exchange: ExchangeService,
    private readonly keys: KeyRing,
    private readonly clock: Clock,
  ) {}

  /** An entry for a report that is about to be signed; `index` counts through all lists. */
  async nextEntryIn(tx: Transaction): Promise<{ readonly index: number; readonly entry: StatusEntry }> {
    const [next]: { index: string }[] = await tx.query(
      `SELECT nextval('valuation_report_status_index') AS index`,
    );
    invariant(next, 'A sequence has a next value');
    const index = Number(next.index);
    const exchange = await this.exchange.findIn(tx);
    const statusList = urlOf(exchange, Math.floor(index / STATUS_LIST_SIZE));
    return { index, entry: { statusList, statusIndex: index % STATUS_LIST_SIZE } };
  }

  /** The signed list number `n`, as of now; null: no report is in it. */
  async read(n: number): Promise<string | null> {
    const from = n * STATUS_LIST_SIZE;
    if (from > LARGEST_INDEX) return null;
    const exchange = await this.exchange.find();
    // Before what it tells is read: of what ends meanwhile it promises nothing.
    const at = this.clock.now();
    const found = await this.transactions.run(NOBODY, async (tx) => {
      const rows: { index: number; isSuperseded: boolean; isAssetEnded: boolean }[] = await tx.query(
        `SELECT status_index - $1 AS index, is_superseded AS "isSuperseded", is_asset_ended AS "isAssetEnded"
         FROM valuation_report_statuses($1, $2)`,
        [from, STATUS_LIST_SIZE],
      );
      return rows;
    });
    if (!exchange || found.length === 0) return null;
    const entries = found.map((report) => ({ index: report.index, status: reportStatusOf(report) }));
    const document = statusListDocument({ url: urlOf(exchange, n), at, entries, bitsPerEntry: 2 });
    const key = this.keys.signing('VALUATION');
    const keyId = keyIdOf(key.publicKey);
    return compactOf(document, keyId, key.sign(signingInputOf(document, keyId)));
  }
}

const urlOf = (exchange: { readonly logOrigin: string } | null, n: number): string =>
  `https://${exchange?.logOrigin ?? 'localhost'}/status-lists/valuation-reports/${n}`;
