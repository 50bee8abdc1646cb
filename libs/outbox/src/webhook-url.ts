import { isIP } from 'node:net';

import ipaddr from 'ipaddr.js';

import { InvalidInput } from '#libs/foundation';

const LONGEST = 2_000;
const isLoopbackName = (host: string) => /(^|\.)localhost$/.test(host);

/** The host as it is looked up: without the brackets of IPv6 and the dot of the root. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');

/** Whether a URL names this machine itself. */
export function isLoopback(url: URL): boolean {
  const host = hostOf(url);
  return isLoopbackName(host) || (isIP(host) !== 0 && rangeOf(host) === 'loopback');
}

/**
 * Whether the exchange may open a connection to an address for somebody else: to the public internet only, and, for an
 * URL that names this machine where that is allowed, to this machine.
 */
export function mayReach(address: string, allowLoopback: boolean): boolean {
  const range = rangeOf(address);
  return range === 'unicast' || (allowLoopback && range === 'loopback');
}

/**
 * Checks where a party wants its events sent.
 *
 * @param allowLoopback whether this machine may be named, also without TLS: for sample parties, to try it
 * @throws InvalidInput, path `url`
 */
export function webhookUrlOf(text: string, allowLoopback: boolean): URL {
  if (!URL.canParse(text) || text.length > LONGEST)
    throw new InvalidInput('url', `must be a URL of at most ${LONGEST} characters`);
  const url = new URL(text);
  // Written out for the wire, other scripts than Latin take more room.
  if (url.href.length > LONGEST)
    throw new InvalidInput('url', `must be at most ${LONGEST} characters when encoded`);
  if (url.username !== '' || url.password !== '') throw new InvalidInput('url', 'must not hold credentials');
  if (url.hash !== '') throw new InvalidInput('url', 'must not hold a fragment');
  const isHere = isLoopback(url);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isHere && allowLoopback))
    throw new InvalidInput('url', 'must be https');
  const host = hostOf(url);
  const isForbidden = isHere ? !allowLoopback : isIP(host) !== 0 && !mayReach(host, false);
  if (isForbidden || host === '') throw new InvalidInput('url', 'must be of a host on the public internet');
  return url;
}

/** Of IPv6, all that was ever given out to the public. */
const GIVEN_OUT = ipaddr.parseCIDR('2000::/3');

/** An address of IPv4 that is written as one of IPv6 is of IPv4. */
function rangeOf(address: string): string {
  if (!ipaddr.isValid(address)) return 'invalid';
  const parsed = ipaddr.process(address);
  const range = parsed.range();
  // ::127.0.0.1 and its like are no public addresses, whatever they are routed to.
  return range === 'unicast' && parsed.kind() === 'ipv6' && !parsed.match(GIVEN_OUT) ? 'reserved' : range;
}
