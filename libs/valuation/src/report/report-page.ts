import { type Html, html, htmlPageOf, markup, row, zhDateOf, zhDay } from '#libs/asset';
import type { JsonObject } from '#libs/foundation';
import { EXACT } from '#libs/money';
import { GROUP_NAMES } from '#libs/quality';

import { yuanOf } from '../analysis/reconciliation.ts';
import { ValuationKind, type ValuationPurpose } from '../engagement/engagement-state.ts';
import { parseNumber } from '../inputs.ts';
import type { Approach } from '../method.ts';
import { methodsInBrief } from './approaches.ts';
import type { MeasuredQuality, MethodCalculation } from './calculate-report.ts';
import { radarChart, shareBar, tornadoChart } from './charts.ts';
import { linesOfInputs, wordOfInput, wordsOfPath } from './input-words.ts';
import type { ValuationReport } from './report.ts';
import type { ReportVerdict } from './verify-report.ts';

const KIND_WORDS: Readonly<Record<ValuationKind, readonly [heading: string, english: string]>> = {
  EVALUATION: ['数据资产评价报告', 'Evaluation of a Data Asset'],
  APPRAISAL: ['数据资产评估报告', 'Appraisal of a Data Asset'],
};

const PURPOSE_WORDS: Readonly<Record<ValuationPurpose, string>> = {
  PLEDGE: '质押融资',
  CAPITAL_CONTRIBUTION: '作价入股',
  TRANSFER: '转让',
  ACCOUNTING: '入表',
  PRICING: '定价',
  OTHER: '其他',
};

export const METHOD_WORDS: Readonly<Partial<Record<string, string>>> = {
  'income-value': '收益法',
  'income-direct': '收益法（直接收益）',
  'income-share': '收益法（分成收益）',
  'income-excess': '收益法（超额收益）',
  'income-incremental': '收益法（增量收益）',
  'excess-income-value': '收益法（等额超额收益）',
  'profit-share-rate': '利润分成率',
  'investment-share-rate': '约当投资分成率',
  'replacement-cost': '成本法（重置成本）',
  'cost-value': '成本法（成本归集×价值系数）',
  'minimum-licence-fee': '成本法（最低许可费）',
  'market-value': '市场法',
  ahp: '层次分析法权重',
  'entropy-weights': '熵权',
  'critic-weights': 'CRITIC 权重',
  'indicator-score': '五维指标模型',
};

const APPROACH_WORDS: Readonly<Record<Approach, string>> = {
  INCOME: '收益法',
  COST: '成本法',
  MARKET: '市场法',
};

const QUALIFICATION_WORDS: Readonly<Partial<Record<string, string>>> = {
  ASSET_APPRAISER: '资产评估师',
  OTHER_APPRAISER: '评估师',
  PRACTITIONER: '评估从业人员',
};

const MOST_BARS = 8;

/**
 * A genuine report for people, in Chinese, to be printed on A4: all of it from the signed document, but for how it stands.
 *
 * @param verdict what `verifyReport` says of it
 * @returns null: it is not genuine, its figures differ, or the status list tells nothing of it
 */
export function reportPage(verdict: ReportVerdict): string | null {
  const told = verdict.report as unknown as ValuationReport | null;
  const standing = told && standingOf(told, verdict);
  if (!told || !standing) return null;
  const { kind, asset, holder, firm, calculation, content, signatures } = told;
  const [heading, english] = KIND_WORDS[kind];
  const { value, low, high, score } = calculation.conclusion;
  const isAppraisal = kind === ValuationKind.APPRAISAL;
  const what = isAppraisal ? '评估' : '评价';
  const body = html`<main class="sheet">
    <article class="frame report">
      ${standing.tone === 'bad' ? html`<div class="void" aria-hidden="true"><span>${standing.word}</span></div>` : null}
      <p class="rule">
        ${
          isAppraisal
            ? `《中华人民共和国资产评估法》第二十六条、第${told.isStatutory ? '二十八' : '二十七'}条`
            : '登记评价中心评价，不是《中华人民共和国资产评估法》所称的资产评估'
        }
      </p>
      <h1>${heading}</h1>
      <p class="english">${english}</p>
      <div class="code">
        <div>
          <span class="label">结论　</span
          ><b>${value === null ? `评分 ${score ?? ''}` : `人民币 ${amountOf(value)} 元`}</b>
          <p class="label">
            ${low === null || high === null ? null : `敏感性区间 ${amountOf(low)} 至 ${amountOf(high)} 元`}
          </p>
        </div>
        <span class="mark ${standing.tone}">${standing.word}</span>
      </div>
      <dl>
        ${row('报告编号', told.engagementId)} ${row(`${what}对象`, asset.name)}
        ${row('登记结果查询码', asset.queryCode ?? '无有效凭证')}
        ${row('数据文件摘要', html`<span class="hash">${asset.fileSha256}</span>`)}
        ${row('委托人', partyOf(holder))} ${row(`${what}机构`, partyOf(firm))}
        ${firm.filingNumber ? row('机构备案', firm.filingNumber) : null}
        ${row(`${what}目的`, `${PURPOSE_WORDS[told.purpose]}${told.isStatutory ? '（法定评估）' : ''}`)}
        ${told.isStateOwned && isAppraisal ? row('国有资产', '是；使用前须办理评估备案') : null}
        ${row('使用范围', told.useScope)} ${row('基准日', zhDay(told.baseDate))}
        ${row('有效期至', zhDay(told.validUntil))} ${row('当前状态', standing.sentence)}
        ${row(`${what}假设`, content.assumptions)}
        ${content.singleMethodReason === null ? null : row('仅用一种基本方法的理由', content.singleMethodReason)}
        ${score === null || value === null ? null : row('评分', score)}
      </dl>
      ${content.quality === null ? null : qualitySection(content.quality)}
      ${value === null ? null : valueMakeUp(told)}
      ${calculation.methods.map((method) => methodSection(method))}
      <dl>
        ${signatures.map((signature) => row('签名', signed(signature)))}
        ${row('内部审核', `${told.draft.reviewer ?? ''}（${zhDateOf(new Date(told.draft.reviewedAt))}）`)}
      </dl>
      <div class="foot">
        <div></div>
        <div class="seal">
          <p>${firm.name}</p>
          <p>${zhDateOf(new Date(told.deliveredAt))}</p>
        </div>
      </div>
      <ol class="notes">
        <li>
          本页由经电子签名的报告文件生成；其中每个数字均可用 pdx valuation verify
          离线重新计算。所载时间均为北京时间。
        </li>
        <li>敏感性区间为各输入逐一上下浮动10%（整数至少变动1）时各方法结果的加权范围，不是置信区间。</li>
        <li>
          本报告仅供所载使用范围使用${isAppraisal ? '（《中华人民共和国资产评估法》第三十二条）' : ''}；档案至少保存至${zhDay(told.keptUntil)}。
        </li>
      </ol>
    </article>
  </main>`;
  return htmlPageOf(`${heading} ${asset.name}`, body);
}

interface Standing {
  readonly word: string;
  readonly tone: 'good' | 'wait' | 'bad';
  readonly sentence: string;
}

/** Null: of this nothing is shown. */
function standingOf(
  { deliveredAt, validUntil }: ValuationReport,
  { reason, revocation, statusListFrom }: ReportVerdict,
): Standing | null {
  const asOf = statusListFrom === undefined ? '' : `（截至${zhDateOf(new Date(statusListFrom))}）`;
  const bad = (word: string, sentence: string) => ({ word, tone: 'bad', sentence }) as const;
  if (reason === 'NOT_YET_VALID') {
    const sentence = `${zhDateOf(new Date(deliveredAt))}出具，在所核验的时刻尚未出具。`;
    return { word: '尚未出具', tone: 'wait', sentence };
  }
  if (reason === 'EXPIRED') return bad('已过有效期', `使用有效期已于${zhDay(validUntil)}届满。`);
  if (reason === 'SUPERSEDED') return bad('已被取代', `已被同一资产、种类和目的的新报告取代${asOf}。`);
  if (reason === 'ASSET_ENDED') return bad('资产已变更', `资产的数据已变更，或者资产已退出登记${asOf}。`);
  if (reason !== undefined) return null;
  if (revocation === 'CHECKED')
    return { word: '有效', tone: 'good', sentence: `在有效期内，未被取代，资产未变更${asOf}。` };
  const why = revocation === 'NOT_LISTED' ? '出具时尚无状态列表，须向交易所查询' : '未核查';
  return {
    word: '状态未核查',
    tone: 'wait',
    sentence: `签名真实且在有效期内；是否已被取代、资产是否已变更，${why}。`,
  };
}

/** 数据质量雷达图, by the groups of GB/T 36344-2018. */
function qualitySection({ score, groupScores, measuredRules, measuredAt }: MeasuredQuality): Html {
  const nameOf = (group: string) =>
    (GROUP_NAMES as Readonly<Partial<Record<string, string>>>)[group] ?? group;
  const spokes = Object.entries(GROUP_NAMES).map(([group, label]) => {
    const size = groupScores[group];
    return { label, size: size === undefined ? null : Number(size) };
  });
  const rests = Object.entries(measuredRules ?? {}).map(([group, rules]) =>
    rules === 0 ? `${nameOf(group)}未测量` : `${nameOf(group)}${rules}条`,
  );
  // Earlier reports do not say how many rules there were.
  const missing = Object.entries(GROUP_NAMES).flatMap(([group, name]) =>
    measuredRules || Object.hasOwn(groupScores, group) ? [] : [name],
  );
  return html`<section class="rights">
    <dl>
      ${row('数据质量', `${score ?? '未能测得'}（GB/T 36344—2018 各组均值，测于${zhDateOf(new Date(measuredAt))}）`)}
      ${rests.length === 0 ? null : row('所依规则', rests.join('、'))}
      ${missing.length === 0 ? null : row('未测量各组', `${missing.join('、')}（没有可测的规则）`)}
    </dl>
    ${markup(radarChart('数据质量', spokes))}
  </section>`;
}

function valueMakeUp(report: ValuationReport): Html {
  const parts = methodsInBrief(report).flatMap(({ method, approach, measure, value, weight, comparables }) =>
    measure === 'AMOUNT' && value !== null
      ? [{ label: wordOf(method), approach, value, weight, comparables }]
      : [],
  );
  return html`<section class="rights">
    <table>
      <caption>
        价值构成
      </caption>
      <thead>
        <tr>
          <th scope="col">方法</th>
          <th scope="col">基本方法</th>
          <th scope="col">结果（元）</th>
          <th scope="col">权重</th>
          <th scope="col">加权金额（元）</th>
        </tr>
      </thead>
      <tbody>
        ${parts.map(
          ({ label, approach, value, weight, comparables }) =>
            html`<tr>
              <td>${label}${comparables === null ? null : `（可比案例${comparables}个）`}</td>
              <td>${approach && APPROACH_WORDS[approach]}</td>
              <td>${amountOf(value)}</td>
              <td>${weight}</td>
              <td>${weighedOf(value, weight)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
    ${markup(shareBar(parts.map(({ label, value, weight }) => ({ label, size: Number(value) * shareOf(weight) }))))}
  </section>`;
}

function methodSection(calculation: MethodCalculation): Html {
  const { method, version, source, measure, value, inputs, result, sensitivity, simulation } = calculation;
  const scores = measure === 'SCORE' ? (inputs['scores'] as JsonObject) : null;
  const told = (number: string) => (measure === 'AMOUNT' ? amountOf(number) : shortened(number));
  const bars = sensitivity
    .slice(0, MOST_BARS)
    .map(({ path, low, high }) => ({ label: wordsOfPath(path), low: low.value, high: high.value }));
  return html`<section class="rights">
    <table>
      <caption>
        ${wordOf(method)}：<b
          >${value === null ? '见权重' : `${told(value)}${measure === 'AMOUNT' ? ' 元' : ''}`}</b
        >
      </caption>
      <tbody>
        ${[...linesOfInputs(inputs), ...weightsIn(result)].map(
          ([word, text]) =>
            html`<tr>
              <th scope="row">${word}</th>
              <td>${text}</td>
            </tr>`,
        )}
      </tbody>
    </table>
    <dl>
      ${row('公式与出处', `${method}/${version}　${source}`)}
      ${
        simulation === null
          ? null
          : row(
              '蒙特卡罗模拟',
              `${simulation.draws} 次（种子 ${simulation.seed}）：均值 ${told(simulation.mean)}，5%–95% 分位 ${told(simulation.p5)} 至 ${told(simulation.p95)}`,
            )
      }
    </dl>
    ${
      scores
        ? markup(
            radarChart(
              '各维度评分',
              Object.entries(scores).map(([name, score]) => ({
                label: wordOfInput(name),
                size: Number(score),
              })),
            ),
          )
        : null
    }
    ${value === null || bars.length === 0 ? null : markup(tornadoChart(value, bars, told))}
  </section>`;
}

function signed({ name, qualification, signedAt }: ValuationReport['signatures'][number]): string {
  const by = qualification
    ? `　${QUALIFICATION_WORDS[qualification.kind] ?? ''} ${qualification.number}`
    : '';
  return `${name}${by}（${zhDateOf(new Date(signedAt))}）`;
}

/** The weights that a method has come to, of the dimensions where it says of what. */
function weightsIn({ weights }: JsonObject): readonly (readonly [string, string])[] {
  if (typeof weights !== 'object' || weights === null) return [];
  const told = Object.entries(weights as Readonly<Record<string, string>>).map(([name, weight]) =>
    Array.isArray(weights) ? shortened(weight) : `${wordOfInput(name)} ${shortened(weight)}`,
  );
  return [['所得权重', told.join('；')]];
}

const wordOf = (method: string): string => METHOD_WORDS[method] ?? method;

const partyOf = ({ name, uscc }: ValuationReport['holder']): string =>
  uscc === null ? name : `${name}　统一社会信用代码 ${uscc}`;

/** 1,234,567.89, for the eye. */
function amountOf(decimal: string): string {
  const [whole = '', decimals = ''] = decimal.split('.');
  return `${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${decimals.slice(0, 2).padEnd(2, '0')}`;
}

/** Four decimals, for the eye. */
function shortened(decimal: string): string {
  const [whole = '', decimals = ''] = decimal.split('.');
  return decimals.length > 4 ? Number(decimal).toFixed(4) : [whole, decimals].filter(Boolean).join('.');
}

/** To the fen; what is off by rounding each is in the conclusion, which is rounded once. */
const weighedOf = (value: string, weight: string): string => {
  const { numerator, denominator } = EXACT.times(parseNumber(value, ''), parseNumber(weight, '', true));
  return amountOf(yuanOf({ numerator, denominator }));
};

/** For drawing. */
function shareOf(weight: string): number {
  const [over = '0', under = '1'] = weight.split('/');
  return Number(over) / Number(under);
}
