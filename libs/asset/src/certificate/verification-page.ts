import { Track } from '../track.ts';
import { codeLabelOf, holderRow, row, toneOf, TYPE_WORDS } from './certificate-page.ts';
import type { CertificateFacts } from './certificate-facts.ts';
import {
  type CertificateStanding,
  standingSentence,
  STATUS_WORDS,
  zhDateOf,
  zhDay,
} from './certificate-standing.ts';
import { html } from './html.ts';
import { pageOf } from './page-shell.ts';

/** For who scanned the QR code: whether the certificate counts now, why not, and what to compare the paper with. */
export function verificationPage(facts: CertificateFacts, standing: CertificateStanding): string {
  const { code, track, subject, registry } = facts;
  const { status, checkedAt, newerCode } = standing;
  const body = html`<main class="card ${toneOf(status)}">
    <h1>${STATUS_WORDS[status]}</h1>
    <p>${standingSentence(facts, standing)}</p>
    <dl>
      ${row(codeLabelOf(track), code)} ${holderRow(facts, track === Track.A ? '登记主体' : '权利人')}
      ${row('数据名称', subject.name)}
      ${row('登记类型', TYPE_WORDS[subject.registrationType] ?? subject.registrationType)}
      ${row('登记机构', registry)} ${row('有效期', `${zhDay(facts.validFrom)} 至 ${zhDay(facts.validTo)}`)}
      ${row('SHA-256 摘要', html`<span class="hash">${subject.dataSha256}</span>`)}
      ${row('核验时间', `${zhDateOf(checkedAt)}（北京时间）`)}
    </dl>
    <p class="label">请将以上内容与所持凭证逐项核对；内容不一致的，所持凭证不是本登记系统签发的原件。</p>
    <nav class="actions">
      <a href="../certificates/${code}">查看凭证全文</a>
      ${newerCode === null ? null : html`<a href="${newerCode}">核验新的凭证 ${newerCode}</a>`}
    </nav>
  </main>`;
  return pageOf(`核验：${STATUS_WORDS[status]} ${code}`, body);
}

/** For a code that nothing was issued under, and for who asks too often. */
export function noticePage(title: string, sentence: string): string {
  return pageOf(
    title,
    html`<main class="card bad">
      <h1>${title}</h1>
      <p>${sentence}</p>
    </main>`,
  );
}
