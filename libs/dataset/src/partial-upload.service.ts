import { Readable } from 'node:stream';

import { Injectable } from '@nestjs/common';
import { IsNull, LessThanOrEqual } from 'typeorm';

import { type AuditActor, AuditLog } from '#libs/audit';
import { SYSTEM, TransactionRunner } from '#libs/database';
import { Clock, DomainError, InvalidInput, invariant, newId } from '#libs/foundation';

import { PartialUploadNotFound, UploadTooLarge, WrongOffset } from './dataset.errors.ts';
import { FileStore, LARGEST_FILE } from './file-store.ts';
import { PartialUpload } from './partial-upload.entity.ts';
import { Upload } from './upload.entity.ts';
import { UploadQuota } from './upload-quota.ts';
import { mustBeFileName, type ReceivedFile, UploadService, UUID } from './upload.service.ts';

/** From its beginning on. Ours. */
const DAYS_TO_END = 7;
const DAY_MS = 86_400_000;

export interface ReceivedPart {
  readonly id: string;
  /** Where the next part begins: so many bytes are on disk. */
  readonly offset: number;
  readonly byteSize: number;
  /** Null: not all of it has come. */
  readonly upload: ReceivedFile | null;
}

/** Files in parts, which may come over hours and many connections. */
@Injectable()
export class PartialUploadService {
  constructor(
    private readonly files: FileStore,
    private readonly uploads: UploadService,
    private readonly quota: UploadQuota,
    private readonly transactions: TransactionRunner,
    private readonly auditLog: AuditLog,
    private readonly clock: Clock,
  ) {}

  /** @throws InvalidInput, UploadTooLarge, UploadQuotaExceeded */
  async begin(actor: AuditActor, fileName: string, byteSize: number): Promise<ReceivedPart> {
    const { partyId } = actor;
    invariant(partyId, 'Files are sent for a party');
    mustBeFileName(fileName);
    if (!Number.isSafeInteger(byteSize) || byteSize < 1)
      throw new InvalidInput('Upload-Length', 'must be the number of bytes, 1 or more');
    if (byteSize > LARGEST_FILE) throw new UploadTooLarge(LARGEST_FILE);
    const id = newId();
    await this.transactions.run(actor, async (tx) => {
      const begun = { id, partyId, fileName, byteSize: BigInt(byteSize), begunAt: this.clock.now() };
      await this.quota.mustHaveRoom(tx, partyId, begun.byteSize);
      await tx.insert(PartialUpload, { ...begun, uploadId: null });
      await this.auditLog.append(tx, actor, {
        ...{ action: 'BEGIN_UPLOAD', outcome: 'DONE', code: null, subjectId: id },
        body: { bytes: String(byteSize) },
      });
    });
    return { id, offset: 0, byteSize, upload: null };
  }

  /** @throws PartialUploadNotFound */
  async find(actor: AuditActor, id: string): Promise<ReceivedPart> {
    if (!UUID.test(id)) throw new PartialUploadNotFound();
    // Before it is known whether it is whole: its parts are taken away after that, and not counted while they are.
    const offset = await this.files.sizeOfParts(id);
    const { partial, upload } = await this.transactions.run(actor, async (tx) => {
      const found = await tx.findOneBy(PartialUpload, { id, partyId: actor.partyId ?? '' });
      if (!found) throw new PartialUploadNotFound();
      const whole = found.uploadId === null ? null : await tx.findOneBy(Upload, { id: found.uploadId });
      return { partial: found, upload: whole };
    });
    const byteSize = Number(partial.byteSize);
    return { id, byteSize, upload, offset: upload ? byteSize : offset };
  }

  /**
   * Keeps the next part; if the connection breaks, as much of it as came. With the last byte the file is an upload as any
   * other. The same part sent twice is refused the second time, with nothing kept.
   *
   * @throws PartialUploadNotFound, WrongOffset, UploadTooLarge
   */
  async append(
    actor: AuditActor,
    id: string,
    offset: number,
    stream: NodeJS.ReadableStream,
  ): Promise<ReceivedPart> {
    const before = await this.find(actor, id);
    if (offset !== before.offset) throw new WrongOffset(before.offset);
    if (before.upload) return before;
    try {
      const kept = await this.files.keepPart(id, offset, stream, before.byteSize - offset);
      const after = await this.find(actor, id);
      if (!kept) throw new WrongOffset(after.offset);
      if (after.upload !== null || after.offset < after.byteSize) return after;
      await this.putTogether(actor, after);
    } catch (error) {
      // Whoever else has put it together has taken its parts away.
      if (error instanceof DomainError || !(await this.find(actor, id)).upload) throw error;
    }
    await this.files.removeParts(id);
    return this.find(actor, id);
  }

  private async putTogether(actor: AuditActor, { id, byteSize }: ReceivedPart): Promise<void> {
    const { fileName } = await this.transactions.run(actor, (tx) =>
      tx.findOneByOrFail(PartialUpload, { id }),
    );
    const bytes = Readable.from(this.files.bytesOfParts(id, byteSize));
    const upload = await this.uploads.receive(actor, fileName, bytes, { isCounted: true });
    await this.transactions.run(actor, (tx) =>
      tx.update(PartialUpload, { id, uploadId: IsNull() }, { uploadId: upload.id }),
    );
  }

  /**
   * Clears one file away that was not ended in time, with what came of it. Of two workers one does it; of a worker that
   * stops in between, the next one does it again.
   *
   * @returns how many were cleared away
   */
  async clearAbandoned(): Promise<number> {
    const until = new Date(this.clock.now().getTime() - DAYS_TO_END * DAY_MS);
    const abandoned = await this.transactions.run(SYSTEM, (tx) =>
      tx.findOne(PartialUpload, {
        where: { uploadId: IsNull(), begunAt: LessThanOrEqual(until) },
        order: { begunAt: 'ASC' },
      }),
    );
    if (!abandoned) return 0;
    const { id, partyId } = abandoned;
    // The files first: without the row nobody would know of them.
    await this.files.removeParts(id);
    await this.transactions.run(SYSTEM, async (tx) => {
      const { affected } = await tx.delete(PartialUpload, { id, uploadId: IsNull() });
      if (affected === 0) return;
      await this.auditLog.append(tx, null, {
        ...{ action: 'CLEAR_UPLOAD', outcome: 'DONE', code: null, subjectId: id },
        body: { partyId },
      });
    });
    return 1;
  }
}
