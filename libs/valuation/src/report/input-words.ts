import type { JsonObject, JsonValue } from '#libs/foundation';

/** Inputs of methods in Chinese, for who reads a report; a name that is not here stands as it is. */
const WORDS: Readonly<Partial<Record<string, string>>> = {
  cashFlows: '各年收益',
  incomes: '各年收益',
  shares: '各年数据分成率',
  contributions: '各年其他资产贡献',
  withData: '各年有数据时收益',
  withoutData: '各年无数据时收益',
  discountRate: '折现率',
  capm: 'CAPM',
  riskFree: '无风险利率',
  marketReturn: '市场收益率',
  beta: 'β 系数',
  terminal: '预测期后',
  cashFlow: '永续年收益',
  extraProfits: '各年追加利润',
  totalProfits: '各年利润总额',
  technology: '技术方',
  operator: '受让方',
  cost: '重置成本',
  profitRate: '成本利润率',
  excessIncome: '年超额收益',
  years: '年限',
  taxRate: '所得税率',
  historicalCost: '历史成本',
  priceChanges: '各年价格变动率',
  usedYears: '已使用年限',
  remainingYears: '剩余年限',
  buyerCapacity: '受让方能力',
  sellerCapacity: '许可方能力',
  opportunityCost: '机会成本',
  basket: '成本项',
  category: '类别',
  early: '前期费用',
  direct: '直接成本',
  indirect: '间接成本',
  opportunity: '机会成本',
  taxes: '相关税费',
  amount: '金额',
  name: '名称',
  valueCoefficient: '价值系数',
  comparables: '可比案例',
  price: '价格',
  coefficients: '',
  supplyDemand: '供求',
  date: '日期',
  volume: '容量',
  other: '其他',
  weights: '权重',
  scores: '评分',
  usageAndIncome: '使用与收益情况',
  quality: '数据质量',
  application: '数据应用情况',
  monetisedAmount: '变现量',
  incomeSharing: '收益分配比例',
};

export const wordOfInput = (name: string): string => WORDS[name] ?? name;

/** `cashFlows[2]` as 第3年收益, `comparables[0].price` as 可比案例1 价格. */
export function wordsOfPath(path: string): string {
  return path
    .split('.')
    .map((segment) => {
      const [name = '', ...places] = segment.split(/[[\]]+/).filter((part) => part !== '');
      const numbers = places.map((place) => Number(place) + 1);
      const word = wordOfInput(name);
      const [first, ...rest] = numbers;
      if (first === undefined) return word;
      return (word.startsWith('各年') ? `第${first}年${word.slice(2)}` : `${word}${first}`) + rest.join('-');
    })
    .filter((word) => word !== '')
    .join(' ');
}

/** What went into a method, a line for each input; how dimensions are weighed is told by the weights that follow. */
export function linesOfInputs(inputs: JsonObject): readonly (readonly [string, string])[] {
  return Object.entries(inputs).flatMap(([name, value]) => {
    if (name === 'weighting') return [];
    const word = wordOfInput(name);
    return isListOfThings(value)
      ? value.map((one, i) => [`${word}${i + 1}`, said(one)] as const)
      : [[word, said(value)] as const];
  });
}

const isList = (value: JsonValue): value is JsonValue[] => Array.isArray(value);
const isListOfThings = (value: JsonValue): value is JsonValue[] =>
  isList(value) && value.some((one) => typeof one === 'object' && !isList(one));

function said(value: JsonValue): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if (isList(value)) return value.map((one) => (isList(one) ? `（${said(one)}）` : said(one))).join('；');
  return Object.entries(value)
    .map(([name, one]) => {
      const told = name === 'category' && typeof one === 'string' ? wordOfInput(one) : said(one);
      return [wordOfInput(name), told].filter((word) => word !== '').join(' ');
    })
    .join('；');
}
