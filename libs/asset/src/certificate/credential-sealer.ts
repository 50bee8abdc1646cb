import { Injectable } from '@nestjs/common';

import { keyIdOf, signingInputOf, STATUS_LIST_SIZE, type StatusEntry } from '#libs/credential';
import type { Transaction } from '#libs/database';
import { invariant } from '#libs/foundation';
import { KeyRing } from '#libs/keys';
import { ExchangeService } from '#libs/party';

import type { Certificate } from './certificate.entity.ts';

/** Signs credentials of registration, of either track, and gives each its bit in the status lists. */
@Injectable()
export class CredentialSealer {
  constructor(
    private readonly exchange: ExchangeService,
    private readonly keys: KeyRing,
  ) {}

  async seal(
    tx: Transaction,
    documentOf: (status: StatusEntry) => string,
  ): Promise<Pick<Certificate, 'document' | 'signature' | 'keyId' | 'statusIndex'>> {
    const [next]: { index: string }[] = await tx.query(`SELECT nextval('certificate_status_index') AS index`);
    invariant(next, 'A sequence has a next value');
    const statusIndex = Number(next.index);
    const exchange = await this.exchange.findIn(tx);
    const list = Math.floor(statusIndex / STATUS_LIST_SIZE);
    const document = documentOf({
      statusList: `https://${exchange?.logOrigin ?? 'localhost'}/status-lists/${list}`,
      statusIndex: statusIndex % STATUS_LIST_SIZE,
    });
    const key = this.keys.signing('CERTIFICATE');
    const keyId = keyIdOf(key.publicKey);
    return { document, signature: key.sign(signingInputOf(document, keyId)), keyId, statusIndex };
  }
}
