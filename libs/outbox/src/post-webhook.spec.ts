import type { lookup, LookupAddress } from 'node:dns';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

import { afterEach, describe, expect, it } from '@jest/globals';

import { type Post, postWebhook } from './post-webhook.ts';

/** How names are looked up, which is not ours: every name has these addresses. */
const everyNameIs = (...addresses: string[]) =>
  ((_: string, __: object, callback: (error: null, found: LookupAddress[]) => void) => {
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  }) as unknown as typeof lookup;

const connectionsOf = (server: Server) => promisify(server.getConnections.bind(server))();

describe('postWebhook', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });
  const listen = async (listener: RequestListener) => {
    server = createServer(listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const post = (url: string, more: Partial<Post> = {}, resolve?: typeof lookup, signal?: AbortSignal) =>
    postWebhook(
      { url, headers: {}, body: '{}', allowLoopback: true, timeoutMs: 2_000, ...more },
      signal ?? new AbortController().signal,
      resolve,
    );

  it('never connects a name whose addresses lie inside, however public it looks', async () => {
    let calls = 0;
    const port = await listen((_, response) => {
      calls += 1;
      response.end();
    });
    for (const inside of [
      ['127.0.0.1'],
      ['::1'],
      ['10.0.0.1'],
      ['8.8.8.8', '127.0.0.1'],
      ['::ffff:127.0.0.1'],
    ])
      expect(await post(`https://hooks.bank.example:${port}/`, {}, everyNameIs(...inside))).toMatchObject({
        fault: 'ADDRESS_REFUSED',
      });
    expect(await post(`http://localhost:${port}/`, {}, everyNameIs('10.0.0.1'))).toMatchObject({
      fault: 'ADDRESS_REFUSED',
    });
    expect(calls).toBe(0);
    expect(await post(`http://localhost:${port}/`, {}, everyNameIs('127.0.0.1'))).toMatchObject({
      status: 200,
      fault: null,
    });
  });

  it('sends nothing to this machine for a party that may not name it', async () => {
    const port = await listen((_, response) => response.end());

    for (const host of ['127.0.0.1', 'localhost'])
      expect(await post(`http://${host}:${port}/`, { allowLoopback: false })).toMatchObject({
        fault: 'URL_REFUSED',
      });
  });

  it('follows no redirect', async () => {
    let calls = 0;
    const port = await listen((request, response) => {
      calls += 1;
      response.writeHead(307, { location: request.url === '/' ? '/there' : '/' }).end();
    });

    expect(await post(`http://127.0.0.1:${port}/`)).toMatchObject({ status: 307, fault: 'STATUS_REFUSED' });
    expect(calls).toBe(1);
  });

  it('waits for an answer only so long, and for no body', async () => {
    const port = await listen((request, response) => {
      if (request.url === '/endless') {
        response.writeHead(200);
        const timer = setInterval(() => response.write('x'.repeat(10_000)), 1);
        response.on('close', () => {
          clearInterval(timer);
        });
      }
    });

    expect(await post(`http://127.0.0.1:${port}/`, { timeoutMs: 100 })).toMatchObject({
      status: null,
      fault: 'TIMED_OUT',
    });
    expect(await post(`http://127.0.0.1:${port}/endless`)).toMatchObject({ status: 200, fault: null });
    // Both connections are closed from our side.
    while ((await connectionsOf(server as Server)) > 0) await delay(5);
  });

  it('says when the receiver wants to be asked again, and what is not there', async () => {
    const port = await listen((request, response) =>
      response
        .writeHead(503, { 'retry-after': request.url === '/' ? '120' : 'Fri, 31 Dec 2027 23:59:59 GMT' })
        .end(),
    );

    expect(await post(`http://127.0.0.1:${port}/`)).toMatchObject({ status: 503, retryAfterMs: 120_000 });
    expect(await post(`http://127.0.0.1:${port}/date`)).toMatchObject({ status: 503, retryAfterMs: 0 });
    expect(await post(`https://127.0.0.1:${port}/`)).toMatchObject({ fault: 'NOT_REACHED' });
    server?.close();
    expect(await post('http://127.0.0.1:1/')).toMatchObject({ status: null, fault: 'NOT_REACHED' });
  });

  it('throws once it is cut off from outside', async () => {
    const port = await listen(() => undefined);
    const cut = new AbortController();
    const sending = post(`http://127.0.0.1:${port}/`, {}, undefined, cut.signal);
    await once(server as Server, 'request');
    cut.abort(new Error('stopping'));

    await expect(sending).rejects.toThrow('stopping');
  });
});
