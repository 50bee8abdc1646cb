import { createHash } from 'node:crypto';

import { type Html, html, markup } from './html.ts';

// Nothing is fetched: what is printed is what was sent, and nobody else learns who looks at which certificate.
const STYLE = `
:root { --ink: #1f1d1a; --red: #9b1c1c; --gold: #a8844c; --faint: #6f6a62; --line: #ddd3c1; --ok: #1b6e3c; --wait: #8a5a00 }
* { box-sizing: border-box }
@page { size: A4; margin: 11mm }
html { -webkit-text-size-adjust: 100% }
body { margin: 0; padding: 1px 0; background: #edeae4; color: var(--ink);
  font: 10.5pt/1.65 "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC",
    "Source Han Sans SC", "WenQuanYi Micro Hei", sans-serif }
h1, .seal { font-family: "Source Han Serif SC", "Noto Serif CJK SC", "Noto Serif SC", "Songti SC", STSong, SimSun, serif }
.sheet { width: 210mm; max-width: 100%; margin: 8mm auto; padding: 12mm; background: #fff; box-shadow: 0 1mm 6mm rgba(60, 45, 20, .18) }
.frame { position: relative; display: flex; flex-direction: column; min-height: 274mm; padding: 8mm 13mm 7mm; overflow: hidden;
  border: 1.3mm double var(--gold) }
.rule { margin: 0; text-align: center; color: var(--faint); font-size: 9.5pt; letter-spacing: .04em }
h1 { margin: 2mm 0 0; text-align: center; color: var(--red); font-size: 25pt; font-weight: 700; line-height: 1.35;
  letter-spacing: .14em; text-indent: .14em }
.english { margin: 0; text-align: center; color: var(--faint); font-size: 8.5pt; letter-spacing: .08em }
.code { display: flex; justify-content: space-between; align-items: center; gap: 4mm; margin: 6mm 0 3mm; padding-bottom: 2.5mm;
  border-bottom: .4mm solid var(--red) }
.code b { font-size: 12.5pt; font-weight: 600; letter-spacing: .05em; overflow-wrap: anywhere }
.code p { margin: 0 }
.label, dt, th { color: var(--faint); font-weight: 400 }
.mark { flex: none; padding: .4mm 3.5mm; border: .5mm solid; border-radius: 1.2mm; font-weight: 700; letter-spacing: .15em;
  text-indent: .15em }
.good { color: var(--ok) } .bad { color: var(--red) } .wait { color: var(--wait) }
dl { display: grid; grid-template-columns: var(--labels, 27mm) minmax(0, 1fr) 22mm minmax(0, 1fr); margin: 0 }
dd { grid-column: span 3 }
dd.half { grid-column: span 1 }
dt, dd { margin: 0; padding: 1.7mm 0; border-bottom: .2mm solid var(--line); overflow-wrap: anywhere }
dt { white-space: nowrap }
.report { --labels: 34mm }
.report dt { padding-right: 3mm; white-space: normal }
.track-b dt, .track-b dd { padding: 1.15mm 0 }
.track-b dl, .track-b table { line-height: 1.5 }
.track-b .foot { padding-top: 4mm }
.track-b .notes { margin-top: 3.5mm }
dd p { margin: 0; white-space: pre-line }
.hash { font: 9pt/1.6 ui-monospace, "SF Mono", Consolas, "DejaVu Sans Mono", monospace; color: var(--ink) }
.party { display: flex; flex-wrap: wrap; justify-content: space-between; column-gap: 5mm }
.party span:last-child { color: var(--faint) }
table { width: 100%; margin: 4mm 0 1mm; border-collapse: collapse; font-size: 9.5pt }
caption { padding-bottom: 1mm; text-align: left; color: var(--faint); font-size: 10.5pt }
th, td { padding: 1.4mm 2mm; border: .2mm solid var(--line); text-align: left; vertical-align: top; overflow-wrap: anywhere }
th { background: #faf7f1; white-space: nowrap; font-size: 9pt }
td.day { white-space: nowrap }
td p { margin: 0 }
td.tick { width: 15mm; text-align: center; vertical-align: middle }
tr { break-inside: avoid }
.foot { display: flex; align-items: flex-end; justify-content: space-between; gap: 8mm; margin-top: auto; padding-top: 7mm;
  break-inside: avoid }
.qr { display: flex; align-items: center; gap: 4mm; min-width: 0 }
.qr svg { display: block; flex: none; width: 30mm; height: 30mm; shape-rendering: crispEdges }
.qr p { margin: 0; font-size: 9pt; overflow-wrap: anywhere }
.seal { flex: none; max-width: 50%; text-align: right; font-size: 12.5pt; line-height: 1.7 }
.seal p { margin: 0 }
.notes { margin: 5mm 0 0; padding: 2.5mm 0 0 1.3em; border-top: .2mm solid var(--line); color: var(--faint); font-size: 8pt;
  line-height: 1.6; break-inside: avoid }
.void { position: absolute; inset: 0; z-index: 1; display: flex; align-items: center; justify-content: center; pointer-events: none }
.void span { transform: rotate(-28deg); color: var(--red); opacity: .13; font-size: 92pt; font-weight: 700; letter-spacing: .12em;
  white-space: nowrap }
.actions { margin: 0 auto 8mm; text-align: center }
.actions a { margin: 0 3mm }
a { color: #1d4f8f; text-underline-offset: .2em }
.card { width: 140mm; max-width: calc(100% - 8mm); margin: 12mm auto; padding: 8mm 9mm; background: #fff;
  border-top: 2mm solid; box-shadow: 0 1mm 6mm rgba(60, 45, 20, .18) }
.card h1 { margin: 0; text-align: left; color: inherit; font-size: 30pt; text-indent: 0; letter-spacing: .06em }
.card > p { margin: 1.5mm 0 0; color: var(--ink); overflow-wrap: anywhere; white-space: pre-line }
.card dl, .card .actions, .card .label { color: var(--ink) }
.card dl { margin-top: 5mm; border-top: .2mm solid var(--line) }
.card .label { color: var(--faint); font-size: 9pt }
.card .actions { margin: 6mm 0 0; text-align: left }
.card .actions a { margin: 0 6mm 0 0 }
@media (max-width: 640px) {
  .sheet { margin: 0; padding: 3mm } .frame { padding: 6mm 4mm } h1 { font-size: 19pt }
  dl { grid-template-columns: minmax(0, 1fr) } dd, dd.half { grid-column: auto } dt { padding-bottom: 0; border: 0 } dd { padding-top: 0 }
  .code, .foot { flex-direction: column; align-items: flex-start } .seal { max-width: none; align-self: flex-end }
  .rights { overflow-x: auto } .void span { font-size: 52pt }
}
@media print {
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact }
  body { padding: 0; background: none } .sheet { width: auto; margin: 0; padding: 0; box-shadow: none }
  .frame { -webkit-box-decoration-break: clone; box-decoration-break: clone }
  .void { position: fixed }
  .actions { display: none } .card { box-shadow: none }
}
`;

// The policy names the hash of exactly what is between the tags.
const STYLE_ELEMENT = markup(`<style>${STYLE}</style>`);

/** For every answer with a page: it runs nothing, fetches nothing, is embedded nowhere and tells nobody where it was. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; ` +
    `base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
};

/** A whole page, self-contained. */
export function pageOf(title: string, body: Html): string {
  return html`<!doctype html>
    <html lang="zh-CN">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title}</title>
        ${STYLE_ELEMENT}
      </head>
      <body>
        ${body}
      </body>
    </html>`.text;
}
