import { describe, expect, it } from '@jest/globals';

import { mayReach, webhookUrlOf } from './webhook-url.ts';

const accepts = (url: string, allowLoopback = false) => {
  try {
    return webhookUrlOf(url, allowLoopback).href;
  } catch (error) {
    return (error as Error).message;
  }
};
const NOT_PUBLIC = 'url: must be of a host on the public internet';

describe('webhookUrlOf', () => {
  it('takes https of a public host, by name or by address', () => {
    expect(accepts('https://hooks.bank.example:8443/in?a=1')).toBe('https://hooks.bank.example:8443/in?a=1');
    expect(accepts('https://8.8.8.8/')).toBe('https://8.8.8.8/');
    expect(accepts('https://[2606:4700:4700::1111]/')).toBe('https://[2606:4700:4700::1111]/');
  });

  it.each([
    'https://127.0.0.1/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f.0.0.1/',
    'https://localhost/',
    'https://localhost./',
    'https://a.localhost/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://0.0.0.0/',
    'https://[::]/',
    'https://10.1.2.3/',
    'https://172.16.0.1/',
    'https://192.168.1.1/',
    'https://169.254.169.254/latest/meta-data',
    'https://100.64.0.1/',
    'https://224.0.0.1/',
    'https://255.255.255.255/',
    'https://192.0.2.1/',
    'https://198.18.0.1/',
    'https://[fe80::1]/',
    'https://[fd00::1]/',
    'https://[ff02::1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[2002:7f00:1::]/',
    'https://[::ffff:10.0.0.1]/',
  ])('refuses %s', (url) => {
    expect(accepts(url)).toBe(NOT_PUBLIC);
  });

  it('refuses whatever is not https, holds credentials or is no URL', () => {
    for (const url of [
      'http://bank.example/',
      'ftp://bank.example/',
      'file:///etc/passwd',
      'javascript:alert(1)',
    ])
      expect(accepts(url)).toBe('url: must be https');
    expect(accepts('https://a:b@bank.example/')).toBe('url: must not hold credentials');
    expect(accepts('https://a@bank.example/')).toBe('url: must not hold credentials');
    expect(accepts('https://bank.example/#x')).toBe('url: must not hold a fragment');
    for (const url of ['', 'bank.example', '/in', 'https://', `https://bank.example/${'a'.repeat(2000)}`])
      expect(accepts(url)).toBe('url: must be a URL of at most 2000 characters');
  });

  it('counts a URL as it is sent', () => {
    expect(accepts('https://bank.example/路')).toBe('https://bank.example/%E8%B7%AF');
    expect(accepts(`https://bank.example/${'路'.repeat(500)}`)).toBe(
      'url: must be at most 2000 characters when encoded',
    );
  });

  it('lets a sample party name this machine, also without TLS, and nothing else inside', () => {
    for (const url of ['http://127.0.0.1:9/', 'http://localhost/', 'https://[::1]/'])
      expect(accepts(url, true)).toBe(new URL(url).href);
    expect(accepts('http://bank.example/', true)).toBe('url: must be https');
    for (const url of ['https://10.0.0.1/', 'https://169.254.169.254/', 'https://0.0.0.0/'])
      expect(accepts(url, true)).toBe(NOT_PUBLIC);
  });
});

describe('mayReach', () => {
  it('reaches the public internet, and this machine only where it is named', () => {
    expect(mayReach('1.1.1.1', false)).toBe(true);
    expect(mayReach('127.0.0.1', false)).toBe(false);
    expect(mayReach('::ffff:127.0.0.1', true)).toBe(true);
    expect(mayReach('10.0.0.1', true)).toBe(false);
    expect(mayReach('no address', true)).toBe(false);
    expect(mayReach('2400:3200::1', false)).toBe(true);
    for (const address of ['::7f00:1', '::a9fe:a9fe', '4000::1']) expect(mayReach(address, true)).toBe(false);
  });
});
