/** 姓名, and roles that hold nobody but a natural person. A borrower or an insured may be a company, and so may a bare `name`. */
const PERSON =
  /姓名|(?:法定代表人|法人代表|负责人|联系人|经办人|户主|监护人)$|^(?:full|first|last|given|family|patient|person|contact)[_ ]?name$|surname/i;
const IDENTITY_NUMBER =
  /(?:身份证(?:件)?|公民身份|护照|证件|社保|社会保障|银行卡)(?:号码?)$|身份证$|(?:resident[_ ]?id|id[_ ]?card|passport|social[_ ]?security|ssn)(?:[_ ]?(?:no|number))?$/i;
const CONTACT =
  /(?:手机|移动电话|电话|座机|联系方式|邮箱|微信|mobile|phone|\btel|e-?mail)(?:号码?|地址|[_ ]?(?:no|number|address))?\d?$/i;
const HOME = /(?:住址|家庭地址|户籍地址|居住地址|通信地址|通讯地址|home[_ ]?address)$/i;
/** Whose contact and address are nobody's own. */
const ORGANISATION =
  /企业|单位|公司|机构|部门|医院|学校|商户|门店|客服|服务|热线|办公|值班|company|enterprise|office|organi[sz]ation|hotline/i;

/**
 * Whether a column is called like what identifies natural persons directly: name, identity number, contact or home. Ours:
 * no standard names columns; which of these are how sensitive is told by the health sector's matrix.
 */
export function namesPerson(column: string): boolean {
  const name = column
    .normalize('NFKC')
    .replaceAll(/(?<=[^\x20-\x7e])\s+(?=[^\x20-\x7e])/g, '')
    .trim();
  if (PERSON.test(name) || IDENTITY_NUMBER.test(name)) return true;
  return (CONTACT.test(name) || HOME.test(name)) && !ORGANISATION.test(name);
}
