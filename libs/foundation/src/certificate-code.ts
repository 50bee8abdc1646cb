export interface CertificateCodeParts {
  readonly region: string;
  readonly agency: string;
  readonly year: string;
  readonly month: string;
  readonly serial: string;
}

const SHAPE = /^SJ(\d{2})(\d)(\d{4})(\d{2})(\d{4})$/;

/**
 * Takes a data property right certificate code apart: SJ, region (2), agency (1), year and month (6), serial (4);
 * 数据产权登记工作指引(试行), Annex 6. Answers a reason when it is none.
 */
export function parseCertificateCode(code: string): CertificateCodeParts | { readonly reason: string } {
  const [, region, agency, year, month, serial] = SHAPE.exec(code) ?? [];
  if (!region || !agency || !year || !month || !serial) return { reason: 'not SJ followed by 13 digits' };
  if (month < '01' || month > '12') return { reason: 'no such month' };
  if (serial === '0000') return { reason: 'serials begin at 0001' };
  return { region, agency, year, month, serial };
}
