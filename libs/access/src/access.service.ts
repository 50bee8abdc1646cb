import { Injectable } from '@nestjs/common';
import { In, type FindOptionsWhere, MoreThan } from 'typeorm';

import { AssetService } from '#libs/asset';
import { type AuditActor, CommandRunner } from '#libs/audit';
import { CatalogueService } from '#libs/catalogue';
import { isUniqueViolation, type SecurityContext, TransactionRunner } from '#libs/database';
import { Clock, InvalidInput, invariant, newId } from '#libs/foundation';
import { KeyRing } from '#libs/keys';
import { PartyKind, PartyService } from '#libs/party';

import { AccessRequest } from './access-request.entity.ts';
import {
  AccessRequestDecided,
  AccessRequestNotFound,
  ConsentExists,
  ConsentNotFound,
  ListingNotFound,
  ReviewerIsRequester,
  UsageGrantUnknown,
} from './access.errors.ts';
import { Consent } from './consent.entity.ts';
import type { Purpose } from './purpose.ts';
import { UsageGrant } from './usage-grant.entity.ts';

export interface NewAccessRequest {
  readonly listingId: string;
  readonly purpose: Purpose;
  readonly justification: string;
  /** Null: all that the product offers. */
  readonly fields: readonly string[] | null;
  readonly quota: bigint;
  readonly validUntil: Date;
}

export interface NewConsent {
  readonly productId: string;
  readonly recipientId: string;
  readonly purpose: Purpose;
  /** The person's identifier; null when the person acts itself. */
  readonly subject: string | null;
  /** SHA-256 of the signed form, hex; null when the person acts itself. */
  readonly evidenceSha256: string | null;
}

const LARGEST_QUOTA = 1_000_000_000_000n;

/** Asking, deciding, and the bounded right that comes of it; and the consent of the person concerned. */
@Injectable()
export class AccessService {
  constructor(
    private readonly commands: CommandRunner,
    private readonly transactions: TransactionRunner,
    private readonly catalogue: CatalogueService,
    private readonly assets: AssetService,
    private readonly parties: PartyService,
    private readonly keys: KeyRing,
    private readonly clock: Clock,
  ) {}

  /** @throws InvalidInput, ListingNotFound */
  request(actor: AuditActor, clientId: string, input: NewAccessRequest): Promise<string> {
    const content = {
      ...input,
      fields: input.fields && [...input.fields],
      quota: input.quota.toString(),
      validUntil: input.validUntil.toISOString(),
    };
    return this.commands.run(actor, { clientId, action: 'REQUEST_ACCESS', content }, async (tx) => {
      if (input.quota < 1n || input.quota > LARGEST_QUOTA)
        throw new InvalidInput('quota', `must be 1 to ${LARGEST_QUOTA}`);
      const now = this.clock.now();
      if (input.validUntil <= now) throw new InvalidInput('validUntil', 'must be in the future');
      const offered = await this.catalogue.findListingIn(tx, input.listingId);
      if (offered?.listing.state !== 'LISTED') throw new ListingNotFound();
      const { product } = offered;
      const foreign = input.fields?.find((field) => !product.fields?.includes(field));
      if (foreign !== undefined) throw new InvalidInput('fields', `${foreign} is not offered by the product`);
      invariant(actor.partyId, 'A consumer acts for a party');
      const id = newId();
      await tx.insert(AccessRequest, {
        id,
        listingId: offered.listing.id,
        productId: product.id,
        providerId: product.providerId,
        consumerId: actor.partyId,
        purpose: input.purpose,
        justification: input.justification,
        fields: input.fields && [...input.fields],
        quota: input.quota,
        validUntil: input.validUntil,
        state: 'SUBMITTED',
        requestedBy: actor.id,
        requestedAt: now,
      });
      return { subjectId: id };
    });
  }

  /**
   * Approves, which makes a usage grant until the day asked for or the end of the certificate, or rejects with a reason. By the provider or the operator.
   *
   * @returns the access request's id
   * @throws AccessRequestNotFound, AccessRequestDecided, ReviewerIsRequester, InvalidInput
   */
  review(
    actor: AuditActor,
    clientId: string,
    {
      accessRequestId,
      isApproved,
      reason,
    }: { accessRequestId: string; isApproved: boolean; reason: string | null },
  ): Promise<string> {
    const content = { accessRequestId, isApproved, reason };
    return this.commands.run(actor, { clientId, action: 'REVIEW_ACCESS_REQUEST', content }, async (tx) => {
      const request = await tx.findOne(AccessRequest, {
        where: { id: accessRequestId },
        lock: { mode: 'for_no_key_update' },
      });
      if (!request) throw new AccessRequestNotFound();
      if (request.state !== 'SUBMITTED') throw new AccessRequestDecided(request.state);
      if (request.requestedBy === actor.id || request.consumerId === actor.partyId)
        throw new ReviewerIsRequester();
      const now = this.clock.now();
      const decision = { reviewedBy: actor.id, reviewerPartyId: actor.partyId, reviewedAt: now, reason };
      if (!isApproved) {
        if (!reason) throw new InvalidInput('reason', 'is needed for a rejection');
        await tx.update(AccessRequest, { id: request.id }, { ...decision, state: 'REJECTED' });
        return { subjectId: request.id };
      }
      const offered = await this.catalogue.findListingIn(tx, request.listingId);
      if (offered?.listing.state !== 'LISTED') throw new ListingNotFound();
      const certifiedUntil = await this.assets.certifiedUntil(tx, offered.product.assetId);
      // No use outlives the certificate it rests on.
      const expiresAt =
        certifiedUntil && certifiedUntil < request.validUntil ? certifiedUntil : request.validUntil;
      if (!certifiedUntil || expiresAt <= now)
        throw new InvalidInput('validUntil', 'has passed, or the certificate has: nothing to grant');
      await tx.update(AccessRequest, { id: request.id }, { ...decision, state: 'APPROVED' });
      const grantId = newId();
      await tx.insert(UsageGrant, {
        id: grantId,
        accessRequestId: request.id,
        listingId: request.listingId,
        productId: request.productId,
        providerId: request.providerId,
        consumerId: request.consumerId,
        purpose: request.purpose,
        fields: request.fields ?? offered.product.fields,
        demandsConsent: offered.product.demandsConsent,
        pricePerCall: offered.listing.pricePerCall,
        quota: request.quota,
        remaining: request.quota,
        validFrom: now,
        expiresAt,
        isFrozen: false,
      });
      return { subjectId: request.id, note: { usageGrantId: grantId } };
    });
  }

  /** Stops or resumes a grant, at once. @throws UsageGrantUnknown */
  setFrozen(actor: AuditActor, clientId: string, usageGrantId: string, isFrozen: boolean): Promise<string> {
    const action = isFrozen ? 'FREEZE_USAGE_GRANT' : 'UNFREEZE_USAGE_GRANT';
    return this.commands.run(actor, { clientId, action, content: { usageGrantId } }, async (tx) => {
      const { affected } = await tx.update(UsageGrant, { id: usageGrantId }, { isFrozen });
      if (affected !== 1) throw new UsageGrantUnknown();
      return { subjectId: usageGrantId };
    });
  }

  /**
   * Records a person's separate consent (PIPL Art. 23, 29) to one product, recipient and purpose: by the person, or at
   * the operator's desk with the digest of the signed form.
   *
   * @throws InvalidInput, ConsentExists
   */
  recordConsent(actor: AuditActor, clientId: string, input: NewConsent): Promise<string> {
    const key = input.subject === null ? null : this.keys.pseudonymOf(input.subject.trim());
    const content = { ...input, subject: key?.toString('hex') ?? null };
    return this.commands.run(actor, { clientId, action: 'RECORD_CONSENT', content }, async (tx) => {
      invariant(actor.partyId, 'A consent is recorded for a party');
      const self = await this.parties.findIn(tx, actor.partyId);
      const isSelf = self?.kind === PartyKind.PERSON;
      const evidence = input.evidenceSha256;
      if (isSelf !== (key === null))
        throw new InvalidInput('subject', 'is named by a desk, not by the person');
      if (isSelf !== (evidence === null) || (evidence !== null && !/^[0-9a-f]{64}$/i.test(evidence)))
        throw new InvalidInput(
          'evidenceSha256',
          'a desk gives the SHA-256 of the signed form, 64 hex digits',
        );
      const recipient = await this.parties.findIn(tx, input.recipientId);
      if (recipient?.kind !== PartyKind.INSTITUTION)
        throw new InvalidInput('recipientId', 'is no institution of this exchange');
      if (!(await this.catalogue.findIn(tx, input.productId)))
        throw new InvalidInput('productId', 'is no product of this exchange');
      const id = newId();
      const subjectKey = key ?? self?.subjectKey;
      invariant(subjectKey, 'A person has a pseudonym');
      try {
        await tx.insert(Consent, {
          id,
          productId: input.productId,
          recipientId: input.recipientId,
          purpose: input.purpose,
          subjectKey,
          evidenceDigest: evidence === null ? null : Buffer.from(evidence, 'hex'),
          recordedByParty: actor.partyId,
          recordedBy: actor.id,
          givenAt: this.clock.now(),
        });
      } catch (error) {
        if (isUniqueViolation(error, 'consent_one_live')) throw new ConsentExists();
        throw error;
      }
      return { subjectId: id };
    });
  }

  /** From the next call on nothing is answered about the person. @throws ConsentNotFound */
  withdrawConsent(actor: AuditActor, clientId: string, consentId: string): Promise<string> {
    return this.commands.run(
      actor,
      { clientId, action: 'WITHDRAW_CONSENT', content: { consentId } },
      async (tx) => {
        const consent = await tx.findOneBy(Consent, { id: consentId });
        if (!consent || consent.withdrawnAt) throw new ConsentNotFound();
        const { affected } = await tx.update(Consent, { id: consentId }, { withdrawnAt: this.clock.now() });
        if (affected !== 1) throw new ConsentNotFound();
        return { subjectId: consentId };
      },
    );
  }

  findRequest(context: SecurityContext, id: string): Promise<AccessRequest | null> {
    return this.transactions.run(context, (tx) => tx.findOneBy(AccessRequest, { id }));
  }

  findGrant(context: SecurityContext, id: string): Promise<UsageGrant | null> {
    return this.transactions.run(context, (tx) => tx.findOneBy(UsageGrant, { id }));
  }

  findConsent(context: SecurityContext, id: string): Promise<Consent | null> {
    return this.transactions.run(context, (tx) => tx.findOneBy(Consent, { id }));
  }

  grantsOfRequests(context: SecurityContext, requestIds: readonly string[]): Promise<UsageGrant[]> {
    return this.transactions.run(context, (tx) => tx.findBy(UsageGrant, { accessRequestId: In(requestIds) }));
  }

  listRequests(
    context: SecurityContext,
    {
      state,
      first,
      afterId,
    }: { state: AccessRequest['state'] | null; first: number; afterId: string | null },
  ): Promise<AccessRequest[]> {
    const where: FindOptionsWhere<AccessRequest> = {
      ...(state && { state }),
      ...(afterId !== null && { id: MoreThan(afterId) }),
    };
    return this.transactions.run(context, (tx) =>
      tx.find(AccessRequest, { where, order: { id: 'ASC' }, take: first + 1 }),
    );
  }

  listGrants(context: SecurityContext, first: number, afterId: string | null): Promise<UsageGrant[]> {
    const where = afterId === null ? {} : { id: MoreThan(afterId) };
    return this.transactions.run(context, (tx) =>
      tx.find(UsageGrant, { where, order: { id: 'ASC' }, take: first + 1 }),
    );
  }
}
