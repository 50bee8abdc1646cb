import { Injectable } from '@nestjs/common';

import { compactOf, keyIdOf, signingInputOf, STATUS_LIST_SIZE, statusListDocument } from '#libs/credential';
import { type SecurityContext, TransactionRunner } from '#libs/database';
import { Clock } from '#libs/foundation';
import { KeyRing } from '#libs/keys';
import { ExchangeService } from '#libs/party';

/** Of the sequence that hands them out. */
const LARGEST_INDEX = 2_147_483_647;
const NOBODY: SecurityContext = { partyId: null, roles: [] };

/** Which certificates ended before their time, for anyone to fetch and to keep (W3C Bitstring Status List 1.0). */
@Injectable()
export class StatusListService {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly exchange: ExchangeService,
    private readonly keys: KeyRing,
    private readonly clock: Clock,
  ) {}

  /** The signed list number `n`, as of now; null: no certificate is in it. */
  async read(n: number): Promise<string | null> {
    const from = n * STATUS_LIST_SIZE;
    if (from > LARGEST_INDEX) return null;
    const exchange = await this.exchange.find();
    // Before what it tells is read: of what ends meanwhile it promises nothing.
    const at = this.clock.now();
    const found = await this.transactions.run(NOBODY, async (tx) => {
      const rows: { index: number; ended: boolean }[] = await tx.query(
        `SELECT status_index - $1 AS index, certificate_end.certificate_id IS NOT NULL AS ended
         FROM certificate LEFT JOIN certificate_end ON certificate_id = certificate.id
         WHERE status_index >= $1 AND status_index - $1 < $2
           AND (certificate_id IS NOT NULL OR status_index = $1)`,
        [from, STATUS_LIST_SIZE],
      );
      return rows;
    });
    if (!exchange || found.length === 0) return null;
    const entries = found.filter((row) => row.ended).map(({ index }) => ({ index, status: 1 }));
    const url = `https://${exchange.logOrigin}/status-lists/${n}`;
    const document = statusListDocument({ url, at, entries, bitsPerEntry: 1 });
    const key = this.keys.signing('CERTIFICATE');
    const keyId = keyIdOf(key.publicKey);
    return compactOf(document, keyId, key.sign(signingInputOf(document, keyId)));
  }
}
