import { encodeQR } from 'qr';

import { Track } from '../track.ts';
import { type CertificateFacts, certificateFactsOf, type CertifiedRight } from './certificate-facts.ts';
import {
  type CertificateStanding,
  type CertificateStatus,
  nounOf,
  standingSentence,
  STATUS_WORDS,
  zhDateOf,
  zhDay,
} from './certificate-standing.ts';
import { type Html, html, markup } from './html.ts';
import { pageOf } from './page-shell.ts';

/** Registration types of both tracks; those of one name mean the same. */
export const TYPE_WORDS: Readonly<Record<string, string>> = {
  FIRST: '首次登记',
  INITIAL: '初次登记',
  TRANSFER: '转让登记',
  CHANGE: '变更登记',
  CORRECTION: '更正登记',
  RENEWAL: '续期登记',
};

const RIGHT_WORDS: Readonly<Record<CertifiedRight, string>> = {
  HOLD: '持有权',
  USE: '使用权',
  OPERATE: '经营权',
};
const RIGHTS = Object.keys(RIGHT_WORDS) as CertifiedRight[];

const REGION_WORDS: Readonly<Record<string, string>> = {
  INTERNATIONAL: '国际',
  NATIONAL: '全国',
  PROVINCIAL: '省级',
  MUNICIPAL: '市级',
  COUNTY: '区县级',
  BELOW_COUNTY: '区县级以下',
};

const HEADINGS = {
  A: ['公共数据资源登记凭证', 'Certificate of Public Data Resource Registration'],
  B: ['数据产权登记证书', 'Certificate of Data Property Right Registration'],
} as const;

/** How a status is coloured; the word says it by itself. */
export const toneOf = (status: CertificateStatus): 'good' | 'wait' | 'bad' =>
  status === 'VALID' ? 'good' : status === 'NOT_YET_VALID' || status === 'NOT_CHECKED' ? 'wait' : 'bad';

/**
 * The certificate for people, to be printed on A4: all of it from the signed document, but for how it stands.
 *
 * @param verifyUrl where the QR code leads
 * @param isOnline whether it is read where the other pages of the exchange are beside it
 * @returns null: the document is no certificate of either track
 */
export function certificatePage(
  document: string,
  standing: CertificateStanding,
  verifyUrl: string,
  isOnline: boolean,
): string | null {
  const facts = certificateFactsOf(document);
  if (!facts) return null;
  const { code, track, registry, subject } = facts;
  const [heading, english] = HEADINGS[track];
  const { status, checkedAt } = standing;
  const tone = toneOf(status);
  const body = html`<main class="sheet">
      <article class="frame ${track === Track.B ? 'track-b' : null}">
        ${tone === 'bad' ? html`<div class="void" aria-hidden="true"><span>${STATUS_WORDS[status]}</span></div>` : null}
        <p class="rule">${subject.rule}</p>
        <h1>${heading}</h1>
        <p class="english">${english}</p>
        <div class="code">
          <div><span class="label">${codeLabelOf(track)}　</span><b>${code}</b></div>
          <span class="mark ${tone}">${STATUS_WORDS[status]}</span>
        </div>
        <dl>
          ${track === Track.A ? rowsOfTrackA(facts) : rowsOfTrackB(facts)} ${row('登记机构', registry)}
          ${row('有效期', `${zhDay(facts.validFrom)} 至 ${zhDay(facts.validTo)}`)}
          ${row('SHA-256 摘要', html`<span class="hash">${subject.dataSha256}</span>`)}
          ${row('当前状态', `${standingSentence(facts, standing)}（截至${zhDateOf(checkedAt)}）`)}
        </dl>
        ${track === Track.B ? rightsTable(facts) : null}
        <div class="foot">
          <div class="qr">
            ${markup(encodeQR(verifyUrl, 'svg', { ecc: 'medium', border: 1 }))}
            <p>扫码核验 <span class="label">Scan to verify</span><br />${verifyUrl}</p>
          </div>
          <div class="seal">
            <p>${registry}</p>
            <p>${zhDateOf(new Date(subject.issuedAt))}</p>
          </div>
        </div>
        <ol class="notes">
          ${notesOf(track).map((note) => html`<li>${note}</li>`)}
        </ol>
      </article>
    </main>
    ${isOnline ? actionsOf(code, standing) : null}`;
  return pageOf(`${heading} ${code}`, body);
}

export const codeLabelOf = (track: Track): string => (track === Track.A ? '登记结果查询码' : '登记证书编号');

/** A row of facts; every line of text is a paragraph of its own, so that no writing direction leaks out of it. */
export function row(label: string, ...values: readonly (string | Html)[]): Html {
  return html`<dt>${label}</dt>
    <dd>${values.map((value) => html`<p>${value}</p>`)}</dd>`;
}

/** One of two facts beside each other. */
function half(label: string, value: string): Html {
  return html`<dt>${label}</dt>
    <dd class="half"><p>${value}</p></dd>`;
}

export function holderRow({ holders }: CertificateFacts, label: string): Html {
  return row(
    label,
    ...holders.map(
      ({ name, uscc }) =>
        html`<span class="party"
          ><span>${name}</span><span>${uscc === null ? null : `统一社会信用代码 ${uscc}`}</span></span
        >`,
    ),
  );
}

function rowsOfTrackA(facts: CertificateFacts & { readonly track: Track.A }): Html {
  const { registrationType, name, overview, publicityFrom, publicityUntil } = facts.subject;
  return html`${holderRow(facts, '登记主体')} ${row('数据名称', name)} ${row('数据内容简介', overview)}
  ${row('登记类型', TYPE_WORDS[registrationType] ?? registrationType)}
  ${publicityFrom && publicityUntil ? row('公示期', `${zhDay(publicityFrom)} 至 ${zhDay(publicityUntil)}`) : null}`;
}

function rowsOfTrackB({ subject }: CertificateFacts & { readonly track: Track.B }): Html {
  const region = REGION_WORDS[subject.regionScope] ?? subject.regionScope;
  const { regionCode, registrationType } = subject;
  return html`${row('数据名称', subject.name)} ${row('数据概述', subject.overview)}
  ${half('登记类型', TYPE_WORDS[registrationType] ?? registrationType)}
  ${half('所属行业', `${subject.industry}（GB/T 4754—2017）`)}
  ${half('地域范围', regionCode === null ? region : `${region}（${regionCode}）`)}
  ${half('存证时间', zhDateOf(new Date(subject.depositedAt)))}
  ${row('时域范围', `${zhDay(subject.periodFrom)} 至 ${zhDay(subject.periodTo)}`)}
  ${row('限制范围', subject.limits)} ${row('备注', subject.remarks ?? '无')}`;
}

/** 权利配置说明: who holds which of the three rights (国数综政策〔2026〕35号 Art. 3, 21). */
function rightsTable({ subject }: CertificateFacts & { readonly track: Track.B }): Html {
  return html`<div class="rights">
    <table>
      <caption>
        权利配置
      </caption>
      <thead>
        <tr>
          <th scope="col">权利人（统一社会信用代码）</th>
          ${RIGHTS.map((kind) => html`<th scope="col">${RIGHT_WORDS[kind]}</th>`)}
          <th scope="col">权利限制</th>
          <th scope="col">权利期限至</th>
        </tr>
      </thead>
      <tbody>
        ${subject.rights.map(
          ({ holderName, holderUscc, kinds, limits, until }) =>
            html`<tr>
              <td>
                <p>${holderName}</p>
                ${holderUscc === null ? null : html`<p class="label">${holderUscc}</p>`}
              </td>
              ${RIGHTS.map((kind) => html`<td class="tick">${kinds.includes(kind) ? '✓' : '—'}</td>`)}
              <td>${limits ?? '无'}</td>
              <td class="day">${until === null ? '与登记有效期相同' : zhDay(until)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function notesOf(track: Track): string[] {
  return [
    '本页由经电子签名的凭证文件生成；“当前状态”以扫码核验的结果为准。所载时间均为北京时间。',
    track === Track.A
      ? '本查询码的格式由本登记系统自定，仅在本系统内使用。'
      : `${nounOf(track)}与存证内容不一致的，以存证内容为准（《数据产权登记工作指引（试行）》第二十七条）。`,
  ];
}

function actionsOf(code: string, { newerCode }: CertificateStanding): Html {
  // Codes are capital letters, digits and hyphens; relative, so that it works under any address.
  return html`<nav class="actions">
    <a href="../verify/${code}">核验结果</a><a href="${code}.jwt">下载电子凭证（.jwt）</a>
    ${newerCode === null ? null : html`<a href="${newerCode}">查看新的凭证 ${newerCode}</a>`}
  </nav>`;
}
