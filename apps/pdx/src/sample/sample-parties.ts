import { usccOf } from './identifiers.ts';

export const SAMPLE_PASSWORD = 'sample-exchange';

const body = (login: string, name: string, number: number, kind: '1' | '9' = '9') => ({
  login,
  name,
  uscc: usccOf(kind, number),
});

export const PLATFORM = body('platform', '样例市公共数据平台', 1, '1');
export const OPERATOR = body('operator', '样例市数据运营有限公司', 2);
export const REGISTRY = body('registry', '样例市数据资产登记评价中心', 3, '1');
/** Digits of its certificate codes, made up: 37 is Shandong. */
export const SAMPLE_AGENCY = { region: '37', agency: '1' };
export const APPRAISAL_FIRM = body('appraiser', '样例资产评估有限公司', 4);
export const REGULATOR = body('regulator', '样例市大数据发展管理局', 5, '1');

export const ZONES = [
  { code: 'FINANCE', name: '金融', nameEn: 'Finance' },
  { code: 'MEDICINE', name: '医疗', nameEn: 'Medicine' },
  { code: 'OCEAN', name: '海洋', nameEn: 'Ocean' },
] as const;

/** The fourteen municipal enterprises in scope; names are made up. */
export const PROVIDERS = [
  '市场监管信息中心',
  '税务信息服务公司',
  '社会保险信息中心',
  '水务集团',
  '能源集团',
  '不动产登记中心',
  '住房公积金中心',
  '健康医疗大数据公司',
  '医保信息中心',
  '城市医院集团',
  '港口集团',
  '海洋发展集团',
  '渔业信息服务公司',
  '地铁集团',
].map((name, i) => body(i === 0 ? 'provider' : `provider-${i + 1}`, `样例市${name}`, 100 + i));

export const INSTITUTIONS = [
  ...['样例银行', '海湾银行', '港城商业银行', '胶东农商银行', '黄海银行', '崂山村镇银行'].map((name, i) =>
    body(i === 0 ? 'bank' : `bank-${i + 1}`, name, 200 + i),
  ),
  body('insurer', '样例人寿保险', 300),
  body('insurer-2', '海湾财产保险', 301),
];
