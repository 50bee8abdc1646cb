import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';

import fc from 'fast-check';
import { encodeQR } from 'qr';

import { certificateFactsOf } from './certificate-facts.ts';
import { certificatePage } from './certificate-page.ts';
import { type CertificateStanding, certificateStatusAt, standingSentence } from './certificate-standing.ts';
import { PAGE_HEADERS } from './page-shell.ts';
import { noticePage, verificationPage } from './verification-page.ts';

const URL = 'https://exchange.example/verify/SJ3712026110001';
const checkedAt = new Date('2026-12-01T01:05:00Z');
const standing: CertificateStanding = { status: 'VALID', end: null, newerCode: null, checkedAt };

interface Words {
  readonly name: string;
  readonly overview: string;
  readonly holder: string;
  readonly other: string;
  readonly uscc: string;
  readonly registry: string;
  readonly limits: string;
  readonly remarks: string;
}
const WORDS: Words = {
  name: '山东省2026年海洋观测数据',
  overview: '近海浮标的水温与盐度',
  holder: '甲海洋公司',
  other: '乙研究院',
  uscc: '91370200MA0000100P',
  registry: '某登记机构',
  limits: '不得转售',
  remarks: '已质押',
};
const envelope = (type: string, registry: string, credentialSubject: object) =>
  JSON.stringify({
    type: ['VerifiableCredential', type],
    id: 'urn:uuid:00000000-0000-7000-8000-000000000001',
    issuer: { id: 'urn:uuid:00000000-0000-7000-8000-000000000002', name: registry },
    validFrom: '2026-11-30T00:00:00+08:00',
    validUntil: '2029-11-29T23:59:59+08:00',
    credentialSubject: {
      id: 'urn:uuid:00000000-0000-7000-8000-000000000003',
      registrationId: '00000000-0000-7000-8000-000000000004',
      dataSha256: 'ab'.repeat(32),
      issuedAt: '2026-11-30T01:02:03.000Z',
      ...credentialSubject,
    },
  });
const trackB = (words: Words, change: object = {}) =>
  envelope('DataPropertyRightCertificate', words.registry, {
    rule: '数据产权登记工作指引(试行) (国数综政策〔2026〕35号)',
    code: 'SJ3712026110001',
    registrationType: 'TRANSFER',
    name: words.name,
    overview: words.overview,
    industry: 'M74',
    regionScope: 'PROVINCIAL',
    regionCode: '370000',
    periodFrom: '2026-01-01',
    periodTo: '2026-06-30',
    limits: words.limits,
    remarks: words.remarks,
    rights: [
      {
        holderId: 'a',
        holderName: words.holder,
        holderUscc: words.uscc,
        kinds: ['HOLD', 'OPERATE'],
        until: '2027-12-31',
        limits: words.limits,
      },
      {
        holderId: 'b',
        holderName: words.other,
        holderUscc: null,
        kinds: ['USE'],
        until: null,
        limits: null,
      },
    ],
    depositedAt: '2026-11-29T16:00:00.000Z',
    ...change,
  });
const trackA = (words: Words, change: object = {}) =>
  envelope('DataRegistrationCertificate', words.registry, {
    rule: '公共数据资源登记管理暂行办法 (发改数据规〔2025〕26号)',
    queryCode: 'PDX-A-202611-000001',
    registrationType: 'FIRST',
    name: words.name,
    overview: words.overview,
    holderId: 'a',
    holderName: words.holder,
    holderUscc: words.uscc,
    publicityFrom: '2026-11-12',
    publicityUntil: '2026-11-26',
    ...change,
  });
const pageOf = (document: string, how = standing, isOnline = true) =>
  certificatePage(document, how, URL, isOnline) ?? '';
/** What a reader sees: without tags, entities read. */
const readable = (page: string) =>
  page
    .replace(/<style>[^]*?<\/style>/, '')
    .replace(/<[^>]*>/g, '|')
    .replace(/\s*\|[\s|]*/g, '|')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');

describe('the certificate page', () => {
  it('shows all that track B certifies, and who holds which right', () => {
    const text = readable(pageOf(trackB(WORDS)));

    expect(text).toContain('|数据产权登记证书|');
    expect(text).toContain('|登记证书编号|SJ3712026110001|有效|');
    expect(text).toContain('|登记类型|转让登记|所属行业|M74（GB/T 4754—2017）|');
    expect(text).toContain('|地域范围|省级（370000）|存证时间|2026年11月30日 00:00|');
    expect(text).toContain('|时域范围|2026年1月1日 至 2026年6月30日|限制范围|不得转售|备注|已质押|');
    expect(text).toContain('|有效期|2026年11月30日 至 2029年11月29日|');
    expect(text).toContain('|权利人（统一社会信用代码）|持有权|使用权|经营权|权利限制|权利期限至|');
    expect(text).toContain(
      '|甲海洋公司|91370200MA0000100P|✓|—|✓|不得转售|2027年12月31日|乙研究院|—|✓|—|无|与登记有效期相同|',
    );
    expect(text).toContain('以存证内容为准（《数据产权登记工作指引（试行）》第二十七条）');
    expect(text).toContain(`|SHA-256 摘要|${'ab'.repeat(32)}|`);
    expect(text).not.toContain('自定');
  });

  it('shows what track A does, and that its code is a local one', () => {
    const text = readable(pageOf(trackA(WORDS)));

    expect(text).toContain('|公共数据资源登记凭证|');
    expect(text).toContain('|登记结果查询码|PDX-A-202611-000001|有效|');
    expect(text).toContain('|公示期|2026年11月12日 至 2026年11月26日|登记机构|某登记机构|');
    expect(text).toContain('|该登记凭证现行有效，有效期至2029年11月29日。（截至2026年12月1日 09:05）|');
    expect(text).toContain('格式由本登记系统自定');
    expect(text).not.toContain('权利配置');
    const unnoticed = { publicityFrom: null, publicityUntil: null, holderUscc: null };
    expect(readable(pageOf(trackA(WORDS, unnoticed)))).not.toMatch(/公示期|信用代码/);
  });

  it('leads to where the certificate is verified', () => {
    expect(pageOf(trackB(WORDS))).toContain(encodeQR(URL, 'svg', { ecc: 'medium', border: 1 }));
    expect(pageOf(trackB(WORDS))).toContain('href="../verify/SJ3712026110001"');
    expect(pageOf(trackB(WORDS), standing, false)).not.toContain('href');
  });

  it('bears across itself that it does not count any more', () => {
    const end = { endedAt: checkedAt, cause: 'SUPERSEDED', reason: null } as const;
    const superseded = pageOf(trackB(WORDS), { ...standing, status: 'SUPERSEDED', end, newerCode: 'SJ3' });

    expect(superseded).toContain('<div class="void"');
    expect(superseded).toContain('href="SJ3"');
    expect(readable(superseded)).toContain(
      '已于2026年12月1日 09:05被更新的登记证书取代，不再有效。新的登记证书编号为SJ3。',
    );
    for (const status of ['VALID', 'NOT_YET_VALID', 'NOT_CHECKED'] as const)
      expect(pageOf(trackB(WORDS), { ...standing, status })).not.toContain('<div class="void"');
  });

  it('fetches and runs nothing: its style is the one that its policy names', () => {
    for (const page of [pageOf(trackB(WORDS)), pageOf(trackA(WORDS)), noticePage('无', '无')]) {
      const [, style = ''] = /<style>([^]*?)<\/style>/.exec(page) ?? [];
      const hash = createHash('sha256').update(style).digest('base64');

      expect(PAGE_HEADERS['content-security-policy']).toContain(
        `default-src 'none'; style-src 'sha256-${hash}'`,
      );
      expect(page).not.toMatch(
        /<(script|link|img|iframe|object|embed|form)|\son\w+=|\sstyle=|src=|@import|url\(/,
      );
    }
  });

  it('is made of certificates only', () => {
    const bad: [string, object][] = [
      ['no digest', { dataSha256: 'ab' }],
      ['no rights', { rights: [] }],
      ['no list of rights', { rights: {} }],
      ['an unknown right', { rights: [{ holderId: 'a', holderName: 'a', kinds: ['SELL'] }] }],
      ['something else for a right', { rights: ['HOLD'] }],
      ['a code that is none', { code: 'javascript:x' }],
      ['an unknown type', { registrationType: 'FIRST' }],
      ['no name', { name: 1 }],
      ['no day', { periodTo: 'soon' }],
    ];
    for (const [, change] of bad) expect(certificateFactsOf(trackB(WORDS, change))).toBeNull();
    expect(certificateFactsOf(trackA(WORDS, { registrationType: 'INITIAL' }))).toBeNull();
    for (const document of [
      'null',
      '[]',
      '{}',
      '{"type":["DataRegistrationCertificate"]}',
      '{"type":["DataPropertyRightCertificate"],"credentialSubject":[],"issuer":[]}',
      trackA(WORDS).replace('DataRegistrationCertificate', 'BitstringStatusListCredential'),
    ])
      expect(certificateFactsOf(document)).toBeNull();
  });

  const evil = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '&', '/', 'script', '!--', '${', 'x', '\n') }),
  );
  const evilWords = fc.record<Words>({
    name: evil,
    overview: evil,
    holder: evil,
    other: evil,
    uscc: evil,
    registry: evil,
    limits: evil,
    remarks: evil,
  });
  const pagesOf = (words: Words, reason: string) => {
    const end = { endedAt: checkedAt, cause: 'REVOKED', reason } as const;
    const revoked = { ...standing, status: 'REVOKED', end } as const;
    return [trackA(words), trackB(words)].flatMap((document) => {
      const facts = certificateFactsOf(document);
      if (!facts) throw new RangeError('It is a certificate');
      return [pageOf(document, revoked), verificationPage(facts, revoked), noticePage(words.name, reason)];
    });
  };
  /** The page with all text between tags taken out: what it is made of, whatever the words are. */
  const skeleton = (page: string) => (page.match(/<[^>]*>/g) ?? []).join('');

  it('is made of the same tags, whatever is written into it', () => {
    const plain = pagesOf(WORDS, '材料虚假').map(skeleton);
    fc.assert(
      fc.property(evilWords, evil, (words, reason) => {
        const pages = pagesOf(words, reason);
        expect(pages.map(skeleton)).toEqual(plain);
        for (const page of pages) expect(page.match(/&(?!(amp|lt|gt|quot|#39);)/)).toBeNull();
      }),
    );
  });

  it('still says what was written', () => {
    const words = { ...WORDS, name: `<script>alert("1")</script> & 'x'`, holder: '</style><b>甲' };
    const text = readable(pageOf(trackB(words)).replaceAll(/<\/?[a-z!][^>]*>/g, '<>'));

    expect(text).toContain(`|${words.name}|`);
    expect(text).toContain(`|${words.holder}|`);
  });
});

describe('how a certificate stands', () => {
  const validity = { validFrom: '2026-12-01', validTo: '2029-11-30' };
  const statusAt = (at: string, end: CertificateStanding['end'] = null) =>
    certificateStatusAt(validity, end, new Date(at));

  it('goes by legal days, the first and the last included', () => {
    expect(statusAt('2026-11-30T15:59:59.999Z')).toBe('NOT_YET_VALID');
    expect(statusAt('2026-11-30T16:00:00.000Z')).toBe('VALID');
    expect(statusAt('2029-11-30T15:59:59.999Z')).toBe('VALID');
    expect(statusAt('2029-11-30T16:00:00.000Z')).toBe('EXPIRED');
  });

  it('is what ended it, before and after its days too', () => {
    for (const cause of ['SUPERSEDED', 'CANCELLED', 'REVOKED'] as const) {
      const end = { endedAt: new Date('2026-11-01T00:00:00Z'), cause, reason: null };
      for (const at of ['2026-11-01T00:00:00Z', '2027-01-01T00:00:00Z', '2030-01-01T00:00:00Z'])
        expect(statusAt(at, end)).toBe(cause);
      expect(statusAt('2026-10-31T23:59:59Z', end)).toBe('NOT_YET_VALID');
    }
  });

  it('is said differently for each status', () => {
    const facts = certificateFactsOf(trackA(WORDS));
    if (!facts) throw new RangeError('It is a certificate');
    const end = { endedAt: checkedAt, cause: 'REVOKED', reason: '材料虚假' } as const;
    const statuses = [
      ...(['VALID', 'NOT_YET_VALID', 'EXPIRED', 'ENDED', 'NOT_CHECKED'] as const),
      ...(['SUPERSEDED', 'CANCELLED', 'REVOKED'] as const),
    ];
    const sentences = statuses.map((status) => standingSentence(facts, { ...standing, status, end }));

    expect(new Set(sentences).size).toBe(statuses.length);
    expect(sentences.at(-1)).toBe('登记已于2026年12月1日 09:05被撤销，该登记凭证不再有效。原因：材料虚假');
  });
});
