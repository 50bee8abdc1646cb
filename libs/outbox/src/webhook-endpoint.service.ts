import { randomBytes } from 'node:crypto';

import { Injectable } from '@nestjs/common';
import { In, MoreThan, Not } from 'typeorm';
import type { QueryDeepPartialEntity } from 'typeorm';

import { CommandRunner } from '#libs/audit';
import { type SecurityContext, type Transaction, TransactionRunner } from '#libs/database';
import { Clock, InvalidInput, invariant, newId } from '#libs/foundation';
import type { Actor } from '#libs/graphql';
import { KeyRing } from '#libs/keys';
import { PartyService } from '#libs/party';

import { isEventFilter } from './event-type.ts';
import { Outbox } from './outbox.ts';
import {
  TooManyWebhookEndpoints,
  WebhookDeliveryNotFound,
  WebhookEndpointNotEnabled,
  WebhookEndpointNotFound,
} from './outbox.errors.ts';
import { WebhookDelivery, WebhookDeliveryState } from './webhook-delivery.entity.ts';
import { WebhookDisabledFor, WebhookEndpoint, WebhookEndpointState } from './webhook-endpoint.entity.ts';
import { secretText } from './webhook-message.ts';
import { webhookUrlOf } from './webhook-url.ts';

const SECRET_BYTES = 32;
/** After a rotation the secret before signs as well, so that no receiver has to switch at that very moment. */
const PREVIOUS_SECRET_MS = 24 * 3_600_000;
const MOST_ENDPOINTS = 10;

export interface IssuedWebhookSecret {
  readonly id: string;
  /** Shown this once; null when the command is repeated. */
  readonly secret: string | null;
}

export type SettableState = 'ENABLED' | 'DISABLED' | 'DELETED';

const SETTINGS: Readonly<Record<SettableState, QueryDeepPartialEntity<WebhookEndpoint>>> = {
  ENABLED: { state: WebhookEndpointState.ENABLED, disabledFor: null },
  DISABLED: { state: WebhookEndpointState.DISABLED, disabledFor: WebhookDisabledFor.PARTY },
  DELETED: {
    state: WebhookEndpointState.DELETED,
    disabledFor: null,
    secret: null,
    previousSecret: null,
    previousSecretUntil: null,
  },
};
/** From which states each is reached; in any other nothing changes. */
const FROM: Readonly<Record<SettableState, readonly WebhookEndpointState[]>> = {
  ENABLED: [WebhookEndpointState.DISABLED],
  DISABLED: [WebhookEndpointState.ENABLED],
  DELETED: [WebhookEndpointState.ENABLED, WebhookEndpointState.DISABLED],
};

/** Where parties have their events sent, and what has become of that. */
@Injectable()
export class WebhookEndpointService {
  constructor(
    private readonly commands: CommandRunner,
    private readonly transactions: TransactionRunner,
    private readonly parties: PartyService,
    private readonly outbox: Outbox,
    private readonly keys: KeyRing,
    private readonly clock: Clock,
  ) {}

  /** The secret is in no answer but this. @throws InvalidInput, TooManyWebhookEndpoints */
  async register(
    actor: Actor,
    clientId: string,
    { url, eventTypes }: { readonly url: string; readonly eventTypes: readonly string[] },
  ): Promise<IssuedWebhookSecret> {
    const made: { secret: string | null } = { secret: null };
    const content = { url, eventTypes: [...eventTypes] };
    const command = { clientId, action: 'REGISTER_WEBHOOK_ENDPOINT', content };
    const { partyId } = actor;
    const id = await this.commands.run(actor, command, async (tx) => {
      const unknown = eventTypes.findIndex((filter) => !isEventFilter(filter));
      if (unknown >= 0)
        throw new InvalidInput(
          `eventTypes[${unknown}]`,
          'must be a type of event, a group of them such as registration.*, or *',
        );
      const party = await this.parties.findIn(tx, partyId);
      invariant(party, 'An actor acts for a party');
      const { href } = webhookUrlOf(url, party.isSample);
      await this.mustHaveRoom(tx, partyId);
      const endpointId = newId();
      const secret = randomBytes(SECRET_BYTES);
      await tx.insert(WebhookEndpoint, {
        id: endpointId,
        partyId,
        url: href,
        eventTypes: [...eventTypes],
        state: WebhookEndpointState.ENABLED,
        secret: this.keys.seal(secret, endpointId),
        registeredAt: this.clock.now(),
      });
      const type = 'webhook-endpoint.registered';
      await this.outbox.append(tx, { type, subjectId: endpointId, data: {}, partyIds: [partyId] });
      made.secret = secretText(secret);
      return { subjectId: endpointId };
    });
    return { id, secret: made.secret };
  }

  /** A new secret; the one before signs as well for 24 hours, the one before that no more. @throws WebhookEndpointNotFound */
  async rotateSecret(actor: Actor, clientId: string, endpointId: string): Promise<IssuedWebhookSecret> {
    const made: { secret: string | null } = { secret: null };
    const command = { clientId, action: 'ROTATE_WEBHOOK_SECRET', content: { endpointId } };
    const { partyId } = actor;
    const id = await this.commands.run(actor, command, async (tx) => {
      const secret = randomBytes(SECRET_BYTES);
      // In one statement, so that of two rotations at once the second replaces what the first has made.
      const { affected } = await tx.update(
        WebhookEndpoint,
        { id: endpointId, partyId, state: Not(WebhookEndpointState.DELETED) },
        {
          previousSecret: () => 'secret',
          previousSecretUntil: new Date(this.clock.now().getTime() + PREVIOUS_SECRET_MS),
          secret: this.keys.seal(secret, endpointId),
        },
      );
      if (affected !== 1) throw new WebhookEndpointNotFound();
      made.secret = secretText(secret);
      return { subjectId: endpointId };
    });
    return { id, secret: made.secret };
  }

  /** What is in that state already stays as it is; what is deleted is not found. @throws WebhookEndpointNotFound */
  setState(actor: Actor, clientId: string, endpointId: string, to: SettableState): Promise<string> {
    const verb = { ENABLED: 'ENABLE', DISABLED: 'DISABLE', DELETED: 'DELETE' }[to];
    const command = { clientId, action: `${verb}_WEBHOOK_ENDPOINT`, content: { endpointId } };
    const { partyId } = actor;
    return this.commands.run(actor, command, async (tx) => {
      const state = In([...FROM[to]]);
      const { affected } = await tx.update(WebhookEndpoint, { id: endpointId, partyId, state }, SETTINGS[to]);
      const notDeleted = { id: endpointId, partyId, state: Not(WebhookEndpointState.DELETED) };
      if (affected !== 1 && !(await tx.existsBy(WebhookEndpoint, notDeleted)))
        throw new WebhookEndpointNotFound();
      return { subjectId: endpointId };
    });
  }

  /**
   * Sends an event to an endpoint again, now and with all attempts, whatever has become of it; the webhook's id stays.
   *
   * @throws WebhookDeliveryNotFound, WebhookEndpointNotEnabled
   */
  redeliver(actor: Actor, clientId: string, deliveryId: string): Promise<string> {
    const command = { clientId, action: 'REDELIVER_WEBHOOK', content: { deliveryId } };
    const { partyId } = actor;
    return this.commands.run(actor, command, async (tx) => {
      const delivery = await tx.findOneBy(WebhookDelivery, { id: deliveryId, partyId });
      if (!delivery) throw new WebhookDeliveryNotFound();
      const enabled = { id: delivery.endpointId, state: WebhookEndpointState.ENABLED };
      if (!(await tx.existsBy(WebhookEndpoint, enabled))) throw new WebhookEndpointNotEnabled();
      // An attempt that is under way loses its lease, so that its outcome does not count for this one.
      await tx.update(
        WebhookDelivery,
        { id: deliveryId },
        {
          state: WebhookDeliveryState.PENDING,
          attempts: 0,
          dueAt: this.clock.now(),
          leaseId: null,
          leasedUntil: null,
        },
      );
      return { subjectId: deliveryId };
    });
  }

  find(context: SecurityContext, id: string): Promise<WebhookEndpoint | null> {
    return this.transactions.run(context, (tx) => tx.findOneBy(WebhookEndpoint, { id }));
  }

  findAll(context: SecurityContext, ids: readonly string[]): Promise<WebhookEndpoint[]> {
    return this.transactions.run(context, (tx) => tx.findBy(WebhookEndpoint, { id: In([...ids]) }));
  }

  /** Those of the party that are not deleted, by id. */
  list(context: SecurityContext, first: number, afterId: string | null): Promise<WebhookEndpoint[]> {
    const { partyId } = context;
    invariant(partyId, 'Endpoints are a party’s');
    const state = Not(WebhookEndpointState.DELETED);
    return this.transactions.run(context, (tx) =>
      tx.find(WebhookEndpoint, {
        where: { partyId, state, ...(afterId !== null && { id: MoreThan(afterId) }) },
        order: { id: 'ASC' },
        take: first + 1,
      }),
    );
  }

  findDelivery(context: SecurityContext, id: string): Promise<WebhookDelivery | null> {
    return this.transactions.run(context, (tx) => tx.findOneBy(WebhookDelivery, { id }));
  }

  /** Of the party's endpoints, the newest event first. */
  listDeliveries(
    context: SecurityContext,
    page: {
      readonly first: number;
      readonly after: readonly [eventId: string, id: string] | null;
      readonly endpointId: string | null;
      readonly state: WebhookDeliveryState | null;
    },
  ): Promise<WebhookDelivery[]> {
    const { first, after, endpointId, state } = page;
    return this.transactions.run(context, (tx) => {
      const query = tx
        .createQueryBuilder(WebhookDelivery, 'delivery')
        .where('party_id = :party', { party: context.partyId })
        .orderBy('event_id', 'DESC')
        .addOrderBy('id', 'DESC')
        .limit(first + 1);
      if (endpointId !== null) query.andWhere('endpoint_id = :endpointId', { endpointId });
      if (state !== null) query.andWhere('state = :state', { state });
      if (after) query.andWhere('(event_id, id) < (:eventId, :id)', { eventId: after[0], id: after[1] });
      return query.getMany();
    });
  }

  private async mustHaveRoom(tx: Transaction, partyId: string): Promise<void> {
    // Those that register for one party at once come one after the other, or all would find the last place free.
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('webhook_endpoint ' || $1, 0))`, [partyId]);
    const there = { partyId, state: Not(WebhookEndpointState.DELETED) };
    if ((await tx.countBy(WebhookEndpoint, there)) >= MOST_ENDPOINTS)
      throw new TooManyWebhookEndpoints(MOST_ENDPOINTS);
  }
}
