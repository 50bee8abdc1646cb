import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';

import { SYSTEM, TransactionRunner } from '#libs/database';
import { Clock, newId } from '#libs/foundation';
import { type EventType, Outbox, WebhookRelay } from '#libs/outbox';

import { WebhookLoop } from '../../apps/worker/src/webhook-loop.ts';
import { refusalOf, startExchange, type TestExchange } from '../support/start-exchange.ts';

const MATERIALS = {
  subject: '主体',
  lawfulSource: '来源',
  resource: '资源',
  evidence: '存证',
  productsAndServices: '产品',
  scenarios: '场景',
  riskAssessment: '评估',
};
const HOUR_MS = 3_600_000;

interface Received {
  readonly id: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
interface CloudEvent {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
}
interface Endpoint {
  readonly id: string;
  readonly url: string;
  readonly state: string;
  readonly disabledFor: string | null;
}
interface Delivery {
  readonly id: string;
  readonly eventId: string;
  readonly type: string;
  readonly state: string;
  readonly attempts: number;
  readonly lastStatus: number | null;
  readonly lastFault: string | null;
  readonly lastAttemptAt: string | null;
  readonly nextAttemptAt: string | null;
  readonly webhookEndpoint: Endpoint;
}
interface Notification {
  readonly id: string;
  readonly type: string;
  readonly title: string;
  readonly titleEn: string;
  readonly subjectId: string;
  readonly data: string;
  readonly readAt: string | null;
}

/** Answers when `look` has found something; what is not there by then does not come. */
async function found<T>(look: () => T | undefined | Promise<T | undefined>, what: string): Promise<T> {
  const until = Date.now() + 30_000;
  while (Date.now() < until) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await delay(20);
  }
  throw new Error(`Not within 30 seconds: ${what}`);
}

/** Somebody else's system, that takes webhooks. */
class Receiver {
  readonly received: Received[] = [];
  /** What it answers next; null: it answers nothing. Then 204. */
  readonly statuses: (number | null)[] = [];
  slownessMs = 0;
  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => {
      void request.toArray().then(async (parts: Buffer[]) => {
        const body = Buffer.concat(parts).toString();
        this.received.push({ id: String(request.headers['webhook-id']), headers: request.headers, body });
        const status = this.statuses.length > 0 ? this.statuses.shift() : 204;
        await delay(this.slownessMs);
        if (status) response.writeHead(status).end();
      });
    });
  }

  static async listen(): Promise<Receiver> {
    const server = createServer();
    const receiver = new Receiver(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/in`;
  }

  has(count: number): Promise<readonly Received[]> {
    return found(() => (this.received.length < count ? undefined : this.received), `${count} attempts`);
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

/** The clock only goes forward, so the tests are in the order of time. */
describe('the outbox', () => {
  let exchange: TestExchange;
  const receivers: Receiver[] = [];
  const parties = new Map<string, string>();
  beforeAll(async () => {
    exchange = await startExchange();
    for (const login of ['provider', 'provider-2', 'registry', 'bank', 'insurer', 'operator']) {
      const { me } = await (
        await exchange.as(login)
      ).query<{ me: { partyId: string } }>('{ me { partyId } }');
      parties.set(login, me.partyId);
    }
  });
  afterAll(() => exchange.stop());
  afterEach(async () => {
    receivers.splice(0).forEach((receiver) => {
      receiver.close();
    });
    await exchange.owner
      .query(`UPDATE webhook_endpoint SET state = 'DELETED', disabled_for = NULL, secret = NULL,
                                previous_secret = NULL, previous_secret_until = NULL WHERE state <> 'DELETED'`);
  });

  const partyOf = (login: string) => parties.get(login) ?? '';
  const advanceMs = (ms: number) => {
    const to = new Date(exchange.service.app.get(Clock).now().getTime() + ms).toISOString();
    return exchange.act('operator', 'advanceClock', { to }, 'ExchangeTime { time }');
  };
  const receive = async () => {
    const receiver = await Receiver.listen();
    receivers.push(receiver);
    return receiver;
  };
  const ENDPOINT = 'id url eventTypes state disabledFor previousSecretUntil';
  const register = (login: string, url: string, eventTypes: string[] = ['*']) =>
    exchange.act<{ webhookEndpoint: Endpoint; secret: string }>(
      login,
      'registerWebhookEndpoint',
      { url, eventTypes },
      `IssuedWebhookSecret { secret webhookEndpoint { ${ENDPOINT} } }`,
    );
  const endpointAct = (login: string, field: string, webhookEndpointId: string) =>
    exchange.act<Endpoint>(login, field, { webhookEndpointId }, `WebhookEndpoint { ${ENDPOINT} }`);
  const deliveriesOf = async (login: string, args = '') => {
    const { webhookDeliveries } = await (
      await exchange.as(login)
    ).query<{ webhookDeliveries: { edges: { node: Delivery }[] } }>(
      `{ webhookDeliveries(first: 100 ${args}) { edges { node {
           id eventId type state attempts lastStatus lastFault lastAttemptAt nextAttemptAt webhookEndpoint { id state disabledFor } } } } }`,
    );
    return webhookDeliveries.edges.map(({ node }) => node);
  };
  const deliveryOf = (login: string, eventId: string, state: string) =>
    found(async () => {
      const delivery = (await deliveriesOf(login)).find((one) => one.eventId === eventId);
      return delivery?.state === state ? delivery : undefined;
    }, `a delivery that is ${state}`);
  /** Until so many attempts were made, and what came of the last one is known. */
  const recorded = (eventId: string, attempts: number) =>
    found(async () => {
      const { rowCount } = await exchange.owner.query(
        'SELECT FROM webhook_delivery WHERE event_id = $1 AND attempts = $2 AND lease_id IS NULL',
        [eventId, attempts],
      );
      return rowCount === 1 ? true : undefined;
    }, `the record of attempt ${attempts}`);
  const inboxOf = async (login: string, args = '') => {
    const { notifications } = await (
      await exchange.as(login)
    ).query<{ notifications: { edges: { node: Notification; cursor: string }[] } }>(
      `{ notifications(first: 100 ${args}) {
           edges { cursor node { id type title titleEn subjectId data readAt } } } }`,
    );
    return notifications.edges.map(({ node }) => node);
  };
  const unreadOf = async (login: string) => {
    const { unreadNotificationCount } = await (
      await exchange.as(login)
    ).query<{ unreadNotificationCount: number }>('{ unreadNotificationCount }');
    return unreadNotificationCount;
  };
  /** As an act of the exchange does. */
  const tell = (logins: string[], type: EventType = 'registration.accepted') =>
    exchange.service.app.get(TransactionRunner).run(SYSTEM, (tx) =>
      exchange.service.app.get(Outbox).append(tx, {
        type,
        subjectId: newId(),
        data: { 说明: '测试' },
        partyIds: logins.map(partyOf),
      }),
    );
  let files = 0;
  const draft = async () => {
    const client = await exchange.as('provider');
    const upload = await client.upload(`f${++files}.csv`, new TextEncoder().encode(`k,v\n${files},2\n`));
    const { version } = await exchange.load<{ version: { id: string } }>(
      'provider',
      'registerDataset',
      { name: `通知${files}`, description: '', uploadId: upload.id, subjectColumn: 'k' },
      'version { id }',
    );
    const datasetVersionId = version.id;
    await exchange.confirmColumns('provider', { datasetVersionId });
    const deposit = await exchange.act<{ id: string }>(
      'provider',
      'depositEvidence',
      { uploadId: upload.id, title: '数据' },
      'EvidenceDeposit { id }',
    );
    const { id } = await exchange.act<{ id: string }>(
      'provider',
      'prepareRegistration',
      {
        datasetVersionId,
        registryId: partyOf('registry'),
        name: `通知${files}`,
        overview: '两列',
        materials: MATERIALS,
        evidence: [{ depositId: deposit.id, subject: 'DATA' }],
      },
      'Registration { id }',
    );
    return id;
  };
  const registrationAct = (login: string, field: string, registrationId: string, more: object = {}) =>
    exchange.act<{ state: string; publicityUntil: string | null; assetId: string }>(
      login,
      field,
      { registrationId, ...more },
      'Registration { state publicityUntil assetId }',
    );
  const told = async (login: string, subjectId: string) =>
    (await inboxOf(login))
      .filter((notification) => notification.subjectId === subjectId)
      .map(({ type }) => type);

  it('tells applicant and registry of each act, and nobody else', async () => {
    const id = await draft();
    await registrationAct('provider', 'amendRegistration', id, {
      name: '通知改',
      overview: '两列',
      materials: MATERIALS,
    });
    expect(await told('provider', id)).toEqual(['registration.amended']);
    // A draft is the applicant's own.
    expect(await told('registry', id)).toEqual([]);

    await registrationAct('provider-chief', 'submitRegistration', id);
    await registrationAct('registry', 'decideAcceptance', id, { decision: 'ACCEPTED' });
    expect(await told('registry', id)).toEqual(['registration.accepted', 'registration.submitted']);
    const [newest] = await inboxOf('provider');
    expect(newest).toMatchObject({ type: 'registration.accepted', title: '登记申请已受理', subjectId: id });
    expect(JSON.parse(newest?.data ?? '')).toMatchObject({ state: 'ACCEPTED', type: 'FIRST' });
    for (const login of ['bank', 'provider-2', 'regulator', 'operator']) {
      expect(await told(login, id)).toEqual([]);
    }
  });

  it('tells of objections, codes, certificates, revocations', async () => {
    const id = await draft();
    await registrationAct('provider-chief', 'submitRegistration', id);
    await registrationAct('registry', 'decideAcceptance', id, { decision: 'ACCEPTED' });
    const { publicityUntil, assetId } = await registrationAct('reviewer', 'reviewRegistration', id, {
      decision: 'PUBLICIZED',
    });
    const evidence = await (await exchange.as('bank')).upload('证.txt', new TextEncoder().encode('证据'));
    const objection = await exchange.act<{ id: string }>(
      'bank',
      'lodgeObjection',
      { registrationId: id, grounds: '数据归我', evidenceUploadId: evidence.id },
      'Objection { id }',
    );
    const decision = { objectionId: objection.id, isUpheld: false, reason: '无据' };
    await exchange.act('reviewer', 'decideObjection', decision, 'Objection { state }');
    for (const login of ['provider', 'registry', 'bank'])
      expect(await told(login, objection.id)).toEqual(['objection.dismissed', 'objection.lodged']);

    const to = new Date(Date.parse(`${publicityUntil ?? ''}T00:00:00Z`) + 24 * HOUR_MS).toISOString();
    await exchange.act('operator', 'advanceClock', { to }, 'ExchangeTime { time }');
    await registrationAct('registry', 'codeRegistration', id);
    const [coded, issued] = await inboxOf('provider');
    expect([coded?.type, issued?.type]).toEqual(['registration.coded', 'certificate.issued']);
    expect(JSON.parse(issued?.data ?? '')).toMatchObject({ registrationId: id, assetId });
    expect(await told('registry', issued?.subjectId ?? '')).toEqual(['certificate.issued']);

    await exchange.act('reviewer', 'revokeRegistration', { assetId, reason: '虚假材料' }, 'Asset { state }');
    expect(await told('provider', assetId)).toEqual(['registration.revoked']);
    expect(await told('registry', assetId)).toEqual(['registration.revoked']);
    expect(await told('bank', assetId)).toEqual([]);
  });

  it('says nothing of what was refused or rolled back', async () => {
    const id = await draft();
    const count = async () => {
      const { rows } = await exchange.owner.query(
        `SELECT (SELECT count(*) FROM event) AS events, (SELECT count(*) FROM notification) AS told,
                (SELECT count(*) FROM webhook_delivery) AS deliveries`,
      );
      return rows as unknown[];
    };
    const receiver = await receive();
    await register('provider-chief', receiver.url);
    const before = await count();

    expect(await refusalOf(registrationAct('registry', 'codeRegistration', id))).toBe(
      'REGISTRATION_NOT_FOUND registrationId',
    );
    const failing = exchange.service.app.get(TransactionRunner).run(SYSTEM, async (tx) => {
      await exchange.service.app.get(Outbox).append(tx, {
        type: 'registration.accepted',
        subjectId: id,
        data: {},
        partyIds: [partyOf('provider')],
      });
      throw new Error('after all, no');
    });
    await expect(failing).rejects.toThrow('after all, no');
    expect(await count()).toEqual(before);
  });

  it('pages through an inbox, filters it and marks it as read, each party its own', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 3; i++) ids.unshift(await tell(['insurer', 'insurer', 'bank']));
    const objection = await tell(['insurer'], 'objection.lodged');
    const page = async (args: string) => {
      const { notifications } = await (
        await exchange.as('insurer')
      ).query<{
        notifications: {
          edges: { node: Notification }[];
          pageInfo: { hasNextPage: boolean; endCursor: string };
        };
      }>(`{ notifications(${args}) { edges { node { id } } pageInfo { hasNextPage endCursor } } }`);
      return { ids: notifications.edges.map(({ node }) => node.id), ...notifications.pageInfo };
    };
    const first = await page('first: 2');
    expect(first).toMatchObject({ ids: [objection, ids[0]], hasNextPage: true });
    expect(await page(`first: 2, after: "${first.endCursor}"`)).toMatchObject({
      ids: [ids[1], ids[2]],
      hasNextPage: false,
    });
    expect((await page('first: 9, type: "objection.*"')).ids).toEqual([objection]);
    expect((await page('first: 9, type: "registration.accepted"')).ids).toEqual(ids);
    expect(await refusalOf(page('type: "a%"'))).toBe('INVALID_INPUT type');
    expect(await refusalOf(page('after: "WyJ4Il0"'))).toBe('INVALID_INPUT after');

    const mark = (login: string, input: object) =>
      exchange.act<{ unreadCount: number }>(
        login,
        'markNotificationsRead',
        input,
        'MarkedNotifications { unreadCount }',
      );
    const unreadOfBank = await unreadOf('bank');
    expect(await mark('insurer', { ids: [ids[0], ids[0]] })).toEqual({ unreadCount: 3 });
    expect((await page('first: 9, unreadOnly: true')).ids).toEqual([objection, ids[1], ids[2]]);
    expect(await mark('insurer', { allUpTo: ids[1] })).toEqual({ unreadCount: 1 });
    expect(await mark('insurer', { allUpTo: objection })).toEqual({ unreadCount: 0 });
    expect(await unreadOf('bank')).toBe(unreadOfBank);
    expect(await refusalOf(mark('bank', { ids: [ids[0], objection] }))).toBe('NOTIFICATION_NOT_FOUND ids');
    expect(await unreadOf('bank')).toBe(unreadOfBank);
    for (const wrong of [{}, { ids: [], allUpTo: null }, { ids: [ids[0]], allUpTo: ids[0] }])
      expect(await refusalOf(mark('insurer', wrong))).toBe('INVALID_INPUT ids');
  });

  it('sends a signed CloudEvent, again until it is taken, under the same id', async () => {
    const receiver = await receive();
    const { secret, webhookEndpoint } = await register('provider-chief', receiver.url, ['registration.*']);
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    receiver.statuses.push(500);
    await tell(['provider'], 'objection.lodged');
    const id = await draft();
    await registrationAct('provider-chief', 'submitRegistration', id);

    const [failed] = await receiver.has(1);
    let [delivery] = await deliveriesOf('provider-chief', `, webhookEndpointId: "${webhookEndpoint.id}"`);
    while (delivery?.lastStatus !== 500) {
      await delay(20);
      [delivery] = await deliveriesOf('provider-chief', `, webhookEndpointId: "${webhookEndpoint.id}"`);
    }
    expect(delivery).toMatchObject({ state: 'PENDING', attempts: 1, lastFault: 'STATUS_REFUSED' });
    const at = (instant: string | null) => Date.parse(instant ?? '');
    expect(at(delivery.nextAttemptAt) - at(delivery.lastAttemptAt)).toBeGreaterThanOrEqual(5_000);
    // The exchange's time runs far ahead of the receiver's, by which it checks.
    await advanceMs(6_000);
    const [, taken] = await receiver.has(2);
    const webhook = new Webhook(secret);
    for (const attempt of [failed, taken]) {
      const event = webhook.verify(
        attempt?.body ?? '',
        attempt?.headers as Record<string, string>,
      ) as CloudEvent;
      expect(event).toEqual({
        specversion: '1.0',
        id: attempt?.id,
        source: 'https://sample.exchange.invalid/audit',
        type: 'registration.submitted',
        subject: id,
        time: expect.stringMatching(/^20\d\d-.*Z$/),
        datacontenttype: 'application/json',
        data: { assetId: expect.any(String), state: 'SUBMITTED', type: 'FIRST' },
      });
      expect(attempt?.headers['content-type']).toBe('application/cloudevents+json');
    }
    expect(taken?.id).toBe(failed?.id);
    expect(taken?.body).toBe(failed?.body);
    const altered = taken?.body.replace('SUBMITTED', 'CODED') ?? '';
    expect(() => webhook.verify(altered, taken?.headers as Record<string, string>)).toThrow(
      'No matching signature',
    );
    const another = { ...(taken?.headers as Record<string, string>), 'webhook-id': newId() };
    expect(() => webhook.verify(taken?.body ?? '', another)).toThrow('No matching signature');
    expect(await deliveryOf('provider-chief', taken?.id ?? '', 'DELIVERED')).toMatchObject({
      attempts: 2,
      lastStatus: 204,
      lastFault: null,
      nextAttemptAt: null,
    });
    expect(receiver.received).toHaveLength(2);
  });

  it('signs with the secret before as well for 24 hours after a rotation', async () => {
    const receiver = await receive();
    const { secret, webhookEndpoint } = await register('bank', receiver.url, ['registration.accepted']);
    const rotate = () =>
      exchange.act<{ secret: string }>(
        'bank',
        'rotateWebhookSecret',
        { webhookEndpointId: webhookEndpoint.id },
        'IssuedWebhookSecret { secret webhookEndpoint { previousSecretUntil } }',
      );
    const rotated = await rotate();
    expect(rotated.secret).not.toBe(secret);
    const verifies = ({ body, headers }: Received, by: string) => {
      try {
        return Boolean(new Webhook(by).verify(body, headers as Record<string, string>));
      } catch {
        return false;
      }
    };
    const next = async () => {
      const count = receiver.received.length;
      await tell(['bank']);
      return (await receiver.has(count + 1)).at(-1) as Received;
    };
    const both = await next();
    expect(String(both.headers['webhook-signature']).split(' ')).toHaveLength(2);
    expect([verifies(both, secret), verifies(both, rotated.secret)]).toEqual([true, true]);
    await advanceMs(24 * HOUR_MS + 1_000);
    const later = await next();
    expect([verifies(later, secret), verifies(later, rotated.secret)]).toEqual([false, true]);

    // Of rotations at once, what one has shown is what the next replaces.
    const shown = await Promise.all([rotate(), rotate(), rotate(), rotate()]);
    const last = await next();
    expect(shown.filter((one) => verifies(last, one.secret))).toHaveLength(2);
  });

  it('begins each attempt once, however many workers there are', async () => {
    const workers = await Promise.all([exchange.startAnother(['worker']), exchange.startAnother(['worker'])]);
    const receiver = await receive();
    receiver.slownessMs = 600;
    await register('bank', receiver.url, ['registration.accepted']);
    const ids = await Promise.all(Array.from({ length: 24 }, () => tell(['bank'])));
    for (const id of ids) await deliveryOf('bank', id, 'DELIVERED');

    expect(receiver.received.map(({ id }) => id).sort()).toEqual(ids.toSorted());
    for (const worker of workers) await worker.app.get(WebhookLoop).stop();
  });

  it('leases nothing twice to those who look at once, and waits for nobody', async () => {
    const { app } = exchange.service;
    await app.get(WebhookLoop).stop();
    const endpoints = await Promise.all(
      Array.from({ length: 4 }, (_, i) =>
        register('bank', `https://hooks.invalid/${i}`, ['registration.accepted']),
      ),
    );
    expect(endpoints).toHaveLength(4);
    await Promise.all(Array.from({ length: 8 }, () => tell(['bank'])));
    // Somebody is just at one of them.
    await exchange.owner.query('BEGIN');
    await exchange.owner
      .query(`SELECT FROM webhook_delivery WHERE state = 'PENDING' AND type = 'registration.accepted'
                                ORDER BY id LIMIT 1 FOR UPDATE`);
    const leasing = Promise.all(Array.from({ length: 6 }, () => app.get(WebhookRelay).lease(32)));
    const first = await Promise.race([leasing, delay(15_000, 'they wait for somebody', { ref: false })]);
    await exchange.owner.query('COMMIT');
    const leased = await leasing;
    expect(first).toBe(leased);
    const ids = leased.flat().map(({ id }) => id);

    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThan(0);
    expect(leased.flat().every(({ attempt }) => attempt === 1)).toBe(true);
    for (let more = [...ids]; more.length > 0 && ids.length <= 32;) {
      more = (await app.get(WebhookRelay).lease(32)).map(({ id }) => id);
      ids.push(...more);
    }
    // Eight at once to one endpoint, so that a slow one does not take all workers there are.
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toHaveLength(32);
    app.get(WebhookLoop).start();
  });

  it('sends again, under the same id, what a worker was about when it was killed', async () => {
    const { app } = exchange.service;
    await app.get(WebhookLoop).stop();
    const receiver = await receive();
    receiver.statuses.push(null);
    const { secret } = await register('bank', receiver.url, ['registration.accepted']);
    const id = await tell(['bank']);
    const { host, port, user, password, database } = exchange.owner;
    const dataDir = mkdtempSync(join(tmpdir(), 'pdx-worker-'));
    symlinkSync(exchange.filesDir, join(dataDir, 'files'));
    const main = join(import.meta.dirname, '../../dist/apps/pdx/src/main.js');
    const url = `postgres://${user ?? ''}:${String(password)}@${host}:${port}/${database ?? ''}`;
    const env = { PATH: process.env['PATH'], DATABASE_URL: url, DATA_DIR: dataDir, PORT: '0' };
    const worker = spawn(process.execPath, [main, 'worker'], { env, stdio: 'ignore' });
    await receiver.has(1);
    worker.kill('SIGKILL');
    await once(worker, 'exit');
    rmSync(dataDir, { recursive: true });

    app.get(WebhookLoop).start();
    await delay(600);
    // Nobody knows yet that it is dead.
    expect(receiver.received).toHaveLength(1);
    await exchange.owner.query('UPDATE webhook_delivery SET leased_until = now() WHERE lease_id IS NOT NULL');
    const [first, second] = await receiver.has(2);
    expect([first?.id, second?.id]).toEqual([id, id]);
    expect(second?.body).toBe(first?.body);
    new Webhook(secret).verify(second?.body ?? '', second?.headers as Record<string, string>);
    expect(await deliveryOf('bank', id, 'DELIVERED')).toMatchObject({ attempts: 2 });
  });

  it('gives back what it was about when it is stopped', async () => {
    const loop = exchange.service.app.get(WebhookLoop);
    const receiver = await receive();
    receiver.statuses.push(null);
    await register('bank', receiver.url, ['registration.accepted']);
    const id = await tell(['bank']);
    await receiver.has(1);
    const before = Date.now();
    await loop.stop();
    expect(Date.now() - before).toBeLessThan(5_000);
    expect(await deliveryOf('bank', id, 'PENDING')).toMatchObject({ attempts: 0 });
    loop.start();
    await receiver.has(2);
    expect(await deliveryOf('bank', id, 'DELIVERED')).toMatchObject({ attempts: 1 });
  });

  it('disables an endpoint that is gone, says so, and goes on when it is enabled', async () => {
    const receiver = await receive();
    const { webhookEndpoint } = await register('bank', receiver.url, ['registration.accepted']);
    receiver.statuses.push(410);
    const id = await tell(['bank']);
    expect(await deliveryOf('bank', id, 'FAILED')).toMatchObject({
      lastStatus: 410,
      webhookEndpoint: { state: 'DISABLED', disabledFor: 'GONE' },
    });
    const [newest] = await inboxOf('bank');
    expect(newest).toMatchObject({
      type: 'webhook-endpoint.disabled',
      subjectId: webhookEndpoint.id,
      data: '{"disabledFor":"GONE"}',
    });
    const redeliver = (login: string, webhookDeliveryId: string) =>
      exchange.act<Delivery>(
        login,
        'redeliverWebhook',
        { webhookDeliveryId },
        'WebhookDelivery { state attempts }',
      );
    const { id: deliveryId } = await deliveryOf('bank', id, 'FAILED');
    expect(await refusalOf(redeliver('bank', deliveryId))).toBe(
      'WEBHOOK_ENDPOINT_NOT_ENABLED webhookDeliveryId',
    );
    await tell(['bank']);
    expect(await endpointAct('bank', 'enableWebhookEndpoint', webhookEndpoint.id)).toMatchObject({
      state: 'ENABLED',
      disabledFor: null,
    });
    expect(await refusalOf(redeliver('insurer', deliveryId))).toBe(
      'WEBHOOK_DELIVERY_NOT_FOUND webhookDeliveryId',
    );
    expect(await redeliver('bank', deliveryId)).toEqual({ state: 'PENDING', attempts: 0 });
    expect((await receiver.has(2)).map((attempt) => attempt.id)).toEqual([id, id]);
    await deliveryOf('bank', id, 'DELIVERED');
    await redeliver('bank', deliveryId);
    await receiver.has(3);
  });

  it('gives up after ten attempts in three days, and disables the endpoint', async () => {
    const receiver = await receive();
    const { webhookEndpoint } = await register('bank', receiver.url, ['registration.accepted']);
    receiver.statuses.push(...Array.from({ length: 10 }, () => 503));
    const id = await tell(['bank']);
    for (let attempt = 1; attempt < 10; attempt++) {
      await receiver.has(attempt);
      await recorded(id, attempt);
      await advanceMs(27 * HOUR_MS);
    }
    expect(await deliveryOf('bank', id, 'FAILED')).toMatchObject({
      attempts: 10,
      lastStatus: 503,
      nextAttemptAt: null,
      webhookEndpoint: { id: webhookEndpoint.id, state: 'DISABLED', disabledFor: 'FAILING' },
    });
    expect((await inboxOf('bank'))[0]).toMatchObject({
      type: 'webhook-endpoint.disabled',
      data: '{"disabledFor":"FAILING"}',
    });
    expect(new Set((await receiver.has(10)).map((attempt) => attempt.id))).toEqual(new Set([id]));
  });

  it('refuses endpoints that lie inside, are not https, or ask for what there is not', async () => {
    const refusal = (url: string, eventTypes = ['*']) => refusalOf(register('bank', url, eventTypes));
    for (const url of [
      'http://bank.example/in',
      'https://user:password@bank.example/in',
      'https://10.0.0.8/in',
      'https://169.254.169.254/latest',
      'https://[fd00::1]/in',
      'ftp://bank.example',
      'nonsense',
      '',
    ])
      expect([url, await refusal(url)]).toEqual([url, 'INVALID_INPUT url']);
    expect(await refusal('https://bank.example/in', [])).toBe('INVALID_INPUT eventTypes');
    expect(await refusal('https://bank.example/in', ['*', '*'])).toBe('INVALID_INPUT eventTypes');
    expect(await refusal('https://bank.example/in', ['*', 'registration.'])).toBe(
      'INVALID_INPUT eventTypes[1]',
    );
    expect(await refusalOf(register('provider', 'https://a.example/'))).toBe('FORBIDDEN');
    // A real party may not name this machine, even where it was taken before.
    const receiver = await receive();
    await register('bank', receiver.url, ['registration.accepted']);
    await exchange.owner.query('UPDATE party SET is_sample = false WHERE id = $1', [partyOf('bank')]);
    try {
      expect(await refusal(receiver.url)).toBe('INVALID_INPUT url');
      expect(await refusal('https://localhost/in')).toBe('INVALID_INPUT url');
      const id = await tell(['bank']);
      let delivery: Delivery | undefined;
      while (!delivery?.lastFault)
        delivery = (await deliveriesOf('bank')).find(({ eventId }) => eventId === id);
      expect(delivery).toMatchObject({ lastFault: 'URL_REFUSED', state: 'PENDING' });
      expect(receiver.received).toHaveLength(0);
    } finally {
      await exchange.owner.query('UPDATE party SET is_sample = true WHERE id = $1', [partyOf('bank')]);
    }
  });

  it('takes ten endpoints of a party and no more, also at once', async () => {
    const add = (i: number) => refusalOf(register('insurer', `https://hooks.example/${i}`, ['objection.*']));
    for (let i = 0; i < 8; i++) expect(await add(i)).toMatch(/^not refused/);
    const results = await Promise.all(Array.from({ length: 6 }, (_, i) => add(8 + i)));
    expect(results.filter((result) => result.startsWith('not refused'))).toHaveLength(2);
    expect(new Set(results.filter((result) => !result.startsWith('not refused')))).toEqual(
      new Set(['TOO_MANY_WEBHOOK_ENDPOINTS']),
    );
  });

  it('shows a party nothing of another’s endpoints, and nobody a secret again', async () => {
    const client = await exchange.as('bank');
    const input = { clientId: 'hook-1', url: 'https://hooks.example/in', eventTypes: ['registration.*'] };
    const send = () =>
      client.mutate<{ webhookEndpoint: Endpoint; secret: string | null }>(
        'registerWebhookEndpoint',
        input,
        `IssuedWebhookSecret { secret webhookEndpoint { ${ENDPOINT} } }`,
      );
    const { secret, webhookEndpoint } = await send();
    expect(await send()).toEqual({ secret: null, webhookEndpoint });
    for (const field of ['enableWebhookEndpoint', 'disableWebhookEndpoint', 'deleteWebhookEndpoint'] as const)
      expect(await refusalOf(endpointAct('insurer', field, webhookEndpoint.id))).toBe(
        'WEBHOOK_ENDPOINT_NOT_FOUND webhookEndpointId',
      );
    expect(
      await refusalOf(
        exchange.act(
          'insurer',
          'rotateWebhookSecret',
          { webhookEndpointId: webhookEndpoint.id },
          'IssuedWebhookSecret { secret }',
        ),
      ),
    ).toBe('WEBHOOK_ENDPOINT_NOT_FOUND webhookEndpointId');
    const listed = async (login: string) =>
      JSON.stringify(
        await (
          await exchange.as(login)
        ).query(
          `{ webhookEndpoints { edges { node { ${ENDPOINT} } } } webhookDeliveries { edges { node { id } } } }`,
        ),
      );
    expect(await listed('bank')).toContain(webhookEndpoint.id);
    expect(await listed('operator')).not.toContain(webhookEndpoint.id);
    for (const list of ['webhookEndpoints', 'webhookDeliveries'])
      for (const key of [['a', 'b'], ['a'], [webhookEndpoint.id, 'b'], []]) {
        const cursor = Buffer.from(JSON.stringify(key)).toString('base64url');
        const page = client.query(`{ ${list}(after: "${cursor}") { edges { cursor } } }`);
        expect(await refusalOf(page)).toBe('INVALID_INPUT after');
      }

    const bytes = Buffer.from(secret?.replace('whsec_', '') ?? '', 'base64');
    const { rows } = await exchange.owner.query<{ stored: string }>(
      `SELECT row_to_json(row)::text AS stored FROM (
         SELECT body::text FROM audit_outbox UNION ALL SELECT convert_from(leaf, 'UTF8') FROM audit_entry
         UNION ALL SELECT data FROM event UNION ALL SELECT command::text FROM command
         UNION ALL SELECT webhook_endpoint::text FROM webhook_endpoint) row`,
    );
    const stored = rows.map((row) => row.stored).join('\n');
    for (const form of [bytes.toString('base64'), bytes.toString('hex')]) expect(stored).not.toContain(form);
    const { __schema } = await client.query<{
      __schema: { types: { name: string; fields: { name: string }[] | null }[] };
    }>('{ __schema { types { name fields { name } } } }');
    expect(
      __schema.types
        .filter(({ fields }) => fields?.some(({ name }) => name === 'secret'))
        .map(({ name }) => name),
    ).toEqual(['IssuedWebhookSecret']);

    await endpointAct('bank', 'deleteWebhookEndpoint', webhookEndpoint.id);
    expect(await listed('bank')).not.toContain(webhookEndpoint.id);
    expect(await refusalOf(endpointAct('bank', 'enableWebhookEndpoint', webhookEndpoint.id))).toBe(
      'WEBHOOK_ENDPOINT_NOT_FOUND webhookEndpointId',
    );
  });

  it('shows a party its own rows only, by the database itself', async () => {
    await register('bank', 'https://hooks.example/in');
    await tell(['bank']);
    const seen = (login: string, role: string, table: string) =>
      exchange.service.app
        .get(TransactionRunner)
        .run({ partyId: partyOf(login), roles: [role] }, async (tx) => {
          const ofBank = table === 'event' ? 'true' : `party_id = '${partyOf('bank')}'`;
          const [counted]: { n: number }[] = await tx.query(
            `SELECT count(*)::int AS n FROM ${table} WHERE ${ofBank}`,
          );
          return counted?.n;
        });
    const { rows } = await exchange.owner.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM notification WHERE party_id = $1',
      [partyOf('bank')],
    );
    expect(await seen('bank', 'INSTITUTION_USER', 'notification')).toBe(rows[0]?.n);
    expect(await seen('bank', 'INSTITUTION_USER', 'event')).toBe(rows[0]?.n);
    for (const table of ['webhook_endpoint', 'webhook_delivery'])
      expect(await seen('bank', 'INSTITUTION_USER', table)).toBeGreaterThan(0);
    for (const table of ['notification', 'webhook_endpoint', 'webhook_delivery'])
      for (const role of ['OPERATOR', 'REGULATOR', 'REVIEWER'])
        expect([table, await seen('operator', role, table)]).toEqual([table, 0]);
    // Nobody writes into an inbox but through the outbox.
    const write = exchange.service.app
      .get(TransactionRunner)
      .run(SYSTEM, (tx) =>
        tx.query(`INSERT INTO notification VALUES (gen_random_uuid(), $1, 'a.b')`, [partyOf('bank')]),
      );
    await expect(write).rejects.toThrow('permission denied');
  });

  it('tells holder and registry of what lapses', async () => {
    const { rows } = await exchange.owner.query<{ asset_id: string; until: Date }>(
      `SELECT asset_id, max(valid_until)::timestamptz AS until FROM certificate WHERE holder_id = $1 GROUP BY asset_id`,
      [partyOf('provider-2')],
    );
    const [{ asset_id: assetId, until } = { asset_id: '', until: new Date() }] = rows;
    const to = new Date(until.getTime() + 24 * HOUR_MS).toISOString();
    await exchange.act('operator', 'advanceClock', { to }, 'ExchangeTime { time }');
    const lapsedOf = async (login: string) =>
      (await inboxOf(login, ', type: "registration.lapsed"')).map(({ subjectId }) => subjectId);
    while (!(await lapsedOf('provider-2')).includes(assetId)) await delay(50);
    expect(await lapsedOf('registry')).toContain(assetId);
    expect(await lapsedOf('provider-3')).not.toContain(assetId);
  });
});
