import { describe, expect, it } from '@jest/globals';

import type { JsonObject } from '#libs/foundation';

import { ValuationKind, ValuationPurpose } from '../engagement/engagement-state.ts';
import { QualificationKind } from '../qualification/qualification.entity.ts';
import { calculateReport, type ReportContent } from './calculate-report.ts';
import { radarChart } from './charts.ts';
import { wordsOfPath } from './input-words.ts';
import { reportPage } from './report-page.ts';
import type { ValuationReport } from './report.ts';
import type { ReportVerdict } from './verify-report.ts';

const comparable = (price: string, quality: string) => ({
  price,
  coefficients: { quality, supplyDemand: '1', date: '1', volume: '1', other: '1' },
});
const method = (name: string, weight: string, inputs: JsonObject) => ({
  ...{ method: name, version: 1, weight, inputs, simulation: null, settled: null },
});
const EQUAL = Array.from({ length: 5 }, () => Array.from({ length: 5 }, () => '1'));
const SCORES = { usageAndIncome: '0.5', application: '0.6', monetisedAmount: '0.4', incomeSharing: '0.6' };

const content: ReportContent = {
  quality: {
    reportId: 'q',
    measuredAt: '2026-12-01T00:00:00.000Z',
    score: '0.9',
    groupScores: { COMPLETENESS: '1', ACCURACY: '0.8', TIMELINESS: '0.9' },
  },
  methods: [
    method('income-value', '1/3', { cashFlows: ['110', '121'], discountRate: '0.1' }),
    method('market-value', '2/3', { comparables: [comparable('280', '1.1'), comparable('330', '0.9')] }),
    method('indicator-score', '0', { scores: SCORES, weighting: { ahp: { matrix: EQUAL } } }),
  ],
  singleMethodReason: null,
  assumptions: '持续经营',
  validUntil: '2027-06-30',
};

const pageOf = (more: Partial<ValuationReport> = {}, verdict: Partial<ReportVerdict> = {}) => {
  const kind = more.kind ?? ValuationKind.APPRAISAL;
  const report: ValuationReport = {
    ...{ format: 'valuation-report/1', engagementId: 'e-1', kind, purpose: ValuationPurpose.PLEDGE },
    ...{ useScope: '质押', isStatutory: false, isStateOwned: false, content },
    asset: { id: 'a', name: '数据', queryCode: null, datasetVersionId: 'v', fileSha256: 'f' },
    holder: { name: '持有人', uscc: null },
    firm: { name: '机构', uscc: null, filingNumber: '备案 1' },
    ...{ baseDate: '2026-12-01', validUntil: '2027-06-30', keptUntil: '2041-12-02' },
    deliveredAt: '2026-12-02T00:00:00.000Z',
    calculation: calculateReport(kind, content),
    draft: {
      number: 1,
      preparedAt: '2026-12-01T00:00:00.000Z',
      reviewedAt: '2026-12-01T00:00:00.000Z',
      reviewer: '审核人',
    },
    signatures: [
      {
        name: '甲',
        signedAt: '2026-12-02T00:00:00.000Z',
        qualification: { kind: QualificationKind.ASSET_APPRAISER, number: '登记 1' },
      },
    ],
    ...more,
  };
  // As a reader sees it: no markup, one space where there are many.
  const told = { valid: true, revocation: 'NOT_CHECKED', report: report as unknown as JsonObject } as const;
  return reportPage({ ...told, ...verdict })
    ?.replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');
};

describe('a report for people', () => {
  it('tells what went in, in words, and what each input moves the value to', () => {
    const page = pageOf();
    expect(page).toContain('各年收益 110；121');
    expect(page).toContain('折现率 0.1');
    expect(page).toContain('可比案例2 价格 330；数据质量 0.9；供求 1；日期 1；容量 1；其他 1');
    // 200 and 302.5, a third and two thirds of them; ten per cent of the first year's income is 10.
    expect(page).toMatch(
      /收益法 收益法 200\.00 1\/3 66\.67 市场法（可比案例2个） 市场法 302\.50 2\/3 201\.67/,
    );
    expect(page).toMatch(/第1年收益 190\.00 210\.00/);
    expect(page).not.toMatch(/cashFlows|comparables|usageAndIncome/);
  });

  it('tells who answers for it, and by what', () => {
    expect(pageOf()).toMatch(/机构备案 备案 1 .*签名 甲 资产评估师 登记 1（2026.*内部审核 审核人（2026/);
    expect(pageOf({ isStateOwned: true })).toContain('国有资产 是；使用前须办理评估备案');
    expect(pageOf({ isStatutory: true })).toContain('第二十六条、第二十八条');
  });

  it('tells what quality was not measured', () => {
    const page = pageOf();
    expect(page).toContain('未测量各组 规范性、一致性、可访问性');
    // All six axes, and no corner where nothing was measured.
    expect(page).toContain('规范性 未测量 完整性 1.00 准确性 0.80 一致性 未测量 时效性 0.90 可访问性 未测量');
  });

  it('tells how it stands, as far as that is known', () => {
    const from = { revocation: 'CHECKED', statusListFrom: '2026-12-05T01:00:00.000Z' } as const;
    expect(pageOf()).toContain('当前状态 签名真实且在有效期内；是否已被取代、资产是否已变更，未核查。');
    expect(pageOf({}, { revocation: 'NOT_LISTED' })).toContain('出具时尚无状态列表');
    expect(pageOf({}, from)).toContain('未被取代，资产未变更（截至2026年12月5日 09:00）');
    const ended = (reason: NonNullable<ReportVerdict['reason']>) =>
      pageOf({}, { ...from, valid: false, reason });
    expect(ended('SUPERSEDED')).toMatch(
      /^.*已被取代.*已被同一资产、种类和目的的新报告取代（截至2026年12月5日/,
    );
    expect(ended('ASSET_ENDED')).toContain('资产已退出登记');
    expect(ended('EXPIRED')).toContain('已于2027年6月30日届满');
    expect(ended('NOT_YET_VALID')).toContain('2026年12月2日 08:00出具，在所核验的时刻尚未出具');
    for (const reason of ['DIFFERS', 'WRONG_STATUS_LIST', 'STALE_STATUS_LIST'] as const)
      expect(ended(reason)).toBeUndefined();
  });

  it('fills a radar only between neighbours that were measured', () => {
    const drawn = radarChart('', [
      { label: 'a', size: 1 },
      { label: 'b', size: 0.5 },
      { label: 'c', size: null },
      { label: 'd', size: 0 },
    ]);
    expect(drawn.match(/fill-opacity/g)).toHaveLength(2);
    expect(drawn.match(/<circle/g)).toHaveLength(3);
    expect(drawn.match(/stroke-dasharray/g)).toHaveLength(1);
  });

  it('of the centre does not pretend to be one of the law', () => {
    const page = pageOf({ kind: ValuationKind.EVALUATION });
    expect(page).toContain('不是《中华人民共和国资产评估法》所称的资产评估');
    expect(page).not.toMatch(/第二十六条|第三十二条|评估目的/);
    expect(page).toContain('使用与收益情况 0.2；数据质量 0.2');
  });

  it('of before they were told names no qualifications', () => {
    const signatures = [{ name: '甲', signedAt: '2026-12-02T00:00:00.000Z' }];
    const page = pageOf({ firm: { name: '机构', uscc: null }, signatures });
    expect(page).toContain('签名 甲（2026');
    expect(page).not.toMatch(/undefined|机构备案/);
  });

  it.each([
    ['cashFlows[2]', '第3年收益'],
    ['terminal.cashFlow', '预测期后 永续年收益'],
    ['comparables[0].coefficients.volume', '可比案例1 容量'],
    ['contributions[1][0]', '第2年其他资产贡献1'],
    ['nobodyKnows[0].it', 'nobodyKnows1 it'],
  ])('says %s as %s', (path, words) => {
    expect(wordsOfPath(path)).toBe(words);
  });
});
