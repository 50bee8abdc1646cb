import { Operator } from '#libs/catalogue';

import { citizenNumber, personName, usccOf } from './identifiers.ts';
import { SeededRandom } from './random.ts';

type Row = readonly (string | number)[];

export interface SampleProduct {
  readonly zone: 'FINANCE' | 'MEDICINE' | 'OCEAN';
  /** Which of the providers. */
  readonly provider: number;
  readonly dataset: string;
  readonly name: string;
  readonly description: string;
  readonly header: readonly string[];
  readonly personal: readonly string[];
  readonly row: (random: SeededRandom, sequence: number) => Row;
  /** Null: a conclusion. */
  readonly fields: readonly string[] | null;
  readonly conclusion: {
    readonly when: readonly {
      readonly column: string;
      readonly operator: Operator;
      readonly value: string;
    }[];
    readonly conclude: string;
    readonly otherwise: string;
  } | null;
  readonly price: string;
}

const ROWS = 300;
const enterprise = (sequence: number) => usccOf('9', 1000 + sequence);
const day = (random: SeededRandom, from: number, to: number) =>
  `${random.whole(from, to)}-${String(random.whole(1, 12)).padStart(2, '0')}-${String(random.whole(1, 28)).padStart(2, '0')}`;
const money = (random: SeededRandom, most: number) => (random.whole(0, most * 100) / 100).toFixed(2);

const fields = (names: readonly string[]) => ({ fields: names, conclusion: null });
const conclude = (column: string, operator: Operator, value: string, yes: string, no: string) => ({
  fields: null,
  conclusion: { when: [{ column, operator, value }], conclude: yes, otherwise: no },
});

/** Twelve products over twelve datasets; every value is made up. */
export const SAMPLE_PRODUCTS: readonly SampleProduct[] = [
  {
    zone: 'FINANCE',
    provider: 0,
    dataset: '企业登记信息',
    name: '企业登记信息核验',
    description: '按统一社会信用代码查询企业登记状态、成立日期与注册资本。',
    header: ['统一社会信用代码', '登记状态', '成立日期', '注册资本', '行业门类'],
    personal: [],
    row: (r, i) => [
      enterprise(i),
      r.oneOf(['存续', '存续', '存续', '吊销', '注销']),
      day(r, 1995, 2023),
      money(r, 5000),
      r.oneOf(['制造业', '批发和零售业', '建筑业', '信息技术服务业', '交通运输业']),
    ],
    ...fields(['登记状态', '成立日期', '注册资本', '行业门类']),
    price: '0.30',
  },
  {
    zone: 'FINANCE',
    provider: 1,
    dataset: '企业纳税信息',
    name: '企业纳税信用查询',
    description: '按统一社会信用代码查询纳税信用等级与近年纳税额。',
    header: ['统一社会信用代码', '纳税信用等级', '上年纳税额', '欠税'],
    personal: [],
    row: (r, i) => [
      enterprise(i),
      r.oneOf(['A', 'B', 'M', 'C', 'D']),
      money(r, 900),
      r.oneOf(['true', 'false', 'false']),
    ],
    ...fields(['纳税信用等级', '上年纳税额', '欠税']),
    price: '0.50',
  },
  {
    zone: 'FINANCE',
    provider: 2,
    dataset: '企业社保缴纳信息',
    name: '企业参保稳定性',
    description: '近十二个月缴纳社保人数是否稳定：只给结论，不给明细。',
    header: ['统一社会信用代码', '参保人数', '欠缴月数'],
    personal: [],
    row: (r, i) => [enterprise(i), r.whole(1, 800), r.whole(0, 6)],
    ...conclude('欠缴月数', Operator.LE, '1', '稳定', '不稳定'),
    price: '0.80',
  },
  {
    zone: 'FINANCE',
    provider: 3,
    dataset: '企业用水信息',
    name: '企业用水趋势',
    description: '按户查询近两年用水量，用于贷后跟踪。',
    header: ['统一社会信用代码', '上年用水量', '本年用水量', '欠费'],
    personal: [],
    row: (r, i) => [enterprise(i), r.whole(50, 90_000), r.whole(50, 90_000), money(r, 3)],
    ...fields(['上年用水量', '本年用水量', '欠费']),
    price: '0.20',
  },
  {
    zone: 'FINANCE',
    provider: 4,
    dataset: '企业用能信息',
    name: '企业用能查询',
    description: '按户查询近两年用电与用气量。',
    header: ['统一社会信用代码', '上年用电量', '本年用电量', '本年用气量'],
    personal: [],
    row: (r, i) => [enterprise(i), r.whole(500, 900_000), r.whole(500, 900_000), r.whole(0, 40_000)],
    ...fields(['上年用电量', '本年用电量', '本年用气量']),
    price: '0.20',
  },
  {
    zone: 'FINANCE',
    provider: 6,
    dataset: '个人公积金缴存信息',
    name: '公积金缴存核验',
    description: '本人同意后，核验是否连续缴存满十二个月：只给结论。',
    header: ['身份证号', '姓名', '连续缴存月数', '缴存基数'],
    personal: ['身份证号', '姓名'],
    row: (r, i) => [citizenNumber(r, i), personName(r), r.whole(0, 120), money(r, 30_000)],
    ...conclude('连续缴存月数', Operator.GE, '12', '满足', '不满足'),
    price: '1.00',
  },
  {
    zone: 'MEDICINE',
    provider: 7,
    dataset: '个人健康体检摘要',
    name: '健康告知核验',
    description: '本人同意后，核对健康告知是否有需人工核保的情形：只给结论。',
    header: ['身份证号', '姓名', '收缩压', '空腹血糖', '住院次数'],
    personal: ['身份证号', '姓名'],
    row: (r, i) => [
      citizenNumber(r, i),
      personName(r),
      r.whole(95, 185),
      (r.whole(38, 120) / 10).toFixed(1),
      r.whole(0, 5),
    ],
    ...conclude('住院次数', Operator.LE, '1', '标准承保', '转人工核保'),
    price: '3.00',
  },
  {
    zone: 'MEDICINE',
    provider: 8,
    dataset: '医保结算摘要',
    name: '理赔结算核对',
    description: '本人同意后，核对近一年是否有医保结算记录：只给结论。',
    header: ['身份证号', '姓名', '结算次数', '自付金额'],
    personal: ['身份证号', '姓名'],
    row: (r, i) => [citizenNumber(r, i), personName(r), r.whole(0, 12), money(r, 20_000)],
    ...conclude('结算次数', Operator.GE, '1', '有记录', '无记录'),
    price: '2.00',
  },
  {
    zone: 'MEDICINE',
    provider: 9,
    dataset: '医院科室接诊量',
    name: '科室接诊量查询',
    description: '按科室编号查询月接诊量，不含个人信息。',
    header: ['科室编号', '科室', '月门诊量', '月出院量'],
    personal: [],
    row: (r, i) => [
      `KS${String(i + 1).padStart(4, '0')}`,
      r.oneOf(['心内科', '骨科', '儿科', '神经内科', '呼吸科']),
      r.whole(200, 9000),
      r.whole(10, 900),
    ],
    ...fields(['科室', '月门诊量', '月出院量']),
    price: '0.10',
  },
  {
    zone: 'OCEAN',
    provider: 10,
    dataset: '港口船舶靠泊信息',
    name: '船舶靠泊查询',
    description: '按海上移动业务识别码查询最近靠泊与货量。',
    header: ['船舶识别码', '泊位', '靠泊日期', '货物吨位'],
    personal: [],
    row: (r, i) => [
      String(412_000_000 + i),
      `${r.oneOf(['前湾', '董家口', '黄岛'])}${r.whole(1, 60)}号`,
      day(r, 2024, 2025),
      r.whole(500, 180_000),
    ],
    ...fields(['泊位', '靠泊日期', '货物吨位']),
    price: '0.40',
  },
  {
    zone: 'OCEAN',
    provider: 11,
    dataset: '近海观测信息',
    name: '近海水文观测',
    description: '按站位与日期编号查询水温、盐度与浪高。',
    header: ['观测编号', '站位', '水温', '盐度', '浪高'],
    personal: [],
    row: (r, i) => [
      `OBS${String(i + 1).padStart(6, '0')}`,
      `ST${r.whole(1, 40)}`,
      (r.whole(20, 290) / 10).toFixed(1),
      (r.whole(280, 330) / 10).toFixed(1),
      (r.whole(1, 60) / 10).toFixed(1),
    ],
    ...fields(['站位', '水温', '盐度', '浪高']),
    price: '0.05',
  },
  {
    zone: 'OCEAN',
    provider: 12,
    dataset: '渔船作业信息',
    name: '渔船作业合规',
    description: '休渔期内是否有作业记录：只给结论，用于渔业保险。',
    header: ['渔船编号', '休渔期作业天数', '主机功率'],
    personal: [],
    row: (r, i) => [`鲁青渔${String(60_000 + i)}`, r.whole(0, 4), r.whole(20, 900)],
    ...conclude('休渔期作业天数', Operator.EQ, '0', '合规', '有记录'),
    price: '0.60',
  },
];

/** The file of a sample dataset: the same bytes for the same seed. */
export function csvOf({ header, row }: SampleProduct, seed: number): string {
  const random = new SeededRandom(seed);
  const rows = Array.from({ length: ROWS }, (_, i) => row(random, i).join(','));
  return [header.join(','), ...rows].join('\n') + '\n';
}
