import { lookup, type LookupAddress } from 'node:dns';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';

import { hostOf, isLoopback, mayReach, webhookUrlOf } from './webhook-url.ts';

/** How much of an answer's body is let in, unread. */
const BODY_LIMIT = 16 * 1024;

/** Why an attempt was in vain. */
export enum WebhookFault {
  URL_REFUSED = 'URL_REFUSED',
  ADDRESS_REFUSED = 'ADDRESS_REFUSED',
  NOT_REACHED = 'NOT_REACHED',
  TIMED_OUT = 'TIMED_OUT',
  STATUS_REFUSED = 'STATUS_REFUSED',
}

/** What an attempt came to. */
export interface Answer {
  readonly status: number | null;
  /** Null: it was taken. */
  readonly fault: WebhookFault | null;
  /** When the receiver wants to be asked again. */
  readonly retryAfterMs: number;
}

export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly allowLoopback: boolean;
  readonly timeoutMs: number;
}

class AddressRefused extends Error {}

const noAnswer = (fault: WebhookFault): Answer => ({ status: null, fault, retryAfterMs: 0 });

/**
 * Sends a webhook, follows no redirect and reads no answer but its status.
 *
 * The addresses that a name resolves to are checked in the lookup of the connection itself, so that no second lookup
 * can tell another one.
 *
 * @param resolve how names are looked up
 * @throws the reason of `signal` once that is aborted
 */
export async function postWebhook(
  { url: text, headers, body, allowLoopback, timeoutMs }: Post,
  signal: AbortSignal,
  resolve: typeof lookup = lookup,
): Promise<Answer> {
  let url: URL;
  try {
    url = webhookUrlOf(text, allowLoopback);
  } catch {
    // What was allowed when it was registered may not be any more.
    return noAnswer(WebhookFault.URL_REFUSED);
  }
  const mayBeHere = allowLoopback && isLoopback(url);
  const host = hostOf(url);
  if (isIP(host) !== 0 && !mayReach(host, mayBeHere)) return noAnswer(WebhookFault.ADDRESS_REFUSED);
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    return await send(url, headers, body, {
      lookup: checkedLookup(resolve, (address) => mayReach(address, mayBeHere)),
      signal: AbortSignal.any([signal, timeout]),
    });
  } catch (error) {
    signal.throwIfAborted();
    if (timeout.aborted) return noAnswer(WebhookFault.TIMED_OUT);
    return noAnswer(
      error instanceof AddressRefused ? WebhookFault.ADDRESS_REFUSED : WebhookFault.NOT_REACHED,
    );
  }
}

function send(
  url: URL,
  headers: Readonly<Record<string, string>>,
  body: string,
  options: { readonly lookup: LookupFunction; readonly signal: AbortSignal },
): Promise<Answer> {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    // A connection of its own: none stays open to a receiver between attempts.
    const sent = request(url, { ...options, method: 'POST', headers, agent: false }, (response) => {
      const { statusCode: status = 0 } = response;
      const seconds = Number(response.headers['retry-after'] ?? 0);
      const fault = status >= 200 && status < 300 ? null : WebhookFault.STATUS_REFUSED;
      resolve({ status, fault, retryAfterMs: seconds > 0 ? seconds * 1000 : 0 });
      let received = 0;
      response.on('error', () => undefined);
      response.on('data', ({ length }: Buffer) => {
        received += length;
        if (received > BODY_LIMIT) response.destroy();
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Lets a connection be made only if every address of the name may be reached. */
function checkedLookup(resolve: typeof lookup, mayBeReached: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error) {
        callback(error, []);
        return;
      }
      const [first] = addresses;
      if (!first || !addresses.every(({ address }) => mayBeReached(address)))
        callback(new AddressRefused(hostname), []);
      else if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}
