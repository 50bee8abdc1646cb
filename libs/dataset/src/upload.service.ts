import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';

import { Injectable } from '@nestjs/common';

import { type AuditActor, AuditLog } from '#libs/audit';
import { type Transaction, TransactionRunner } from '#libs/database';
import { Clock, DomainError, InvalidInput, invariant, newId } from '#libs/foundation';

import { UploadNotFound } from './dataset.errors.ts';
import { FileStore } from './file-store.ts';
import { UploadQuota } from './upload-quota.ts';
import { Upload } from './upload.entity.ts';

export const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export interface ReceivedFile {
  readonly id: string;
  readonly sha256: Buffer;
  readonly byteSize: bigint;
}

@Injectable()
export class UploadService {
  constructor(
    private readonly files: FileStore,
    private readonly quota: UploadQuota,
    private readonly transactions: TransactionRunner,
    private readonly auditLog: AuditLog,
    private readonly clock: Clock,
  ) {}

  /**
   * Keeps a file of the actor's party; the same file sent again is the same upload. How large it is nobody knows before it
   * is there, unless it `isCounted` already: the last one may go beyond what a party may have.
   *
   * @throws InvalidInput, UploadTooLarge, UploadEmpty, UploadQuotaExceeded
   */
  async receive(
    actor: AuditActor,
    fileName: string,
    stream: NodeJS.ReadableStream,
    { isCounted = false } = {},
  ): Promise<ReceivedFile> {
    const partyId = actor.partyId;
    invariant(partyId, 'Files are sent for a party');
    try {
      mustBeFileName(fileName);
      if (!isCounted) await this.transactions.run(actor, (tx) => this.quota.mustHaveRoom(tx, partyId, 1n));
      const { sha256, byteSize } = await this.files.keep(stream);
      const upload = { id: newId(), partyId, fileName, sha256, byteSize, uploadedAt: this.clock.now() };
      const hash = sha256.toString('hex');
      return await this.transactions.run(actor, async (tx): Promise<ReceivedFile> => {
        // Of two who send it at once, one is first.
        await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`${partyId} ${hash}`]);
        const earlier = await tx.findOneBy(Upload, { partyId, fileName, sha256 });
        if (earlier) return earlier;
        await tx.insert(Upload, upload);
        await this.append(tx, actor, null, upload.id, { sha256: hash, bytes: byteSize.toString() });
        return upload;
      });
    } catch (error) {
      if (error instanceof DomainError)
        await this.transactions.run(actor, (tx) => this.append(tx, actor, error.code, null, {}));
      throw error;
    }
  }

  /**
   * The bytes of a file that the actor may see: its own party's, evidence in a case its party decides or is met by, or
   * evidence in a registry's file that is open to it now. What is in such a file is also noted as a look at it.
   *
   * @throws UploadNotFound
   */
  async read(actor: AuditActor, id: string): Promise<{ readonly upload: Upload; readonly stream: Readable }> {
    const upload = await this.transactions.run(actor, async (tx) => {
      await tx.query(`SELECT set_config('app.looks_at', $1, true)`, [this.clock.now().toISOString()]);
      const found = UUID.test(id) ? await tx.findOneBy(Upload, { id }) : null;
      if (found) await tx.query('SELECT file_look_at_upload($1, $2)', [id, actor.id]);
      await this.auditLog.append(tx, actor, {
        action: 'READ_FILE',
        outcome: found ? 'DONE' : 'REFUSED',
        code: found ? null : 'UPLOAD_NOT_FOUND',
        subjectId: found?.id ?? null,
        body: {},
      });
      return found;
    });
    if (!upload) throw new UploadNotFound();
    return { upload, stream: createReadStream(this.files.pathOf(upload.sha256)) };
  }

  /** A file of the actor's own party. */
  findIn(tx: Transaction, { partyId }: AuditActor, id: string): Promise<Upload | null> {
    return partyId === null ? Promise.resolve(null) : tx.findOneBy(Upload, { id, partyId });
  }

  private append(
    tx: Transaction,
    actor: AuditActor,
    code: string | null,
    subjectId: string | null,
    body: Readonly<Record<string, string>>,
  ): Promise<void> {
    const outcome = code === null ? 'DONE' : 'REFUSED';
    return this.auditLog.append(tx, actor, { action: 'UPLOAD', outcome, code, subjectId, body });
  }
}

/** @throws InvalidInput */
export function mustBeFileName(fileName: string): void {
  if (fileName === '' || fileName.length > 255 || /\0|\p{Surrogate}/u.test(fileName))
    throw new InvalidInput('fileName', 'must be 1 to 255 characters of plain text');
}
