/** As what a party is told. */
export enum EventAudience {
  APPLICANT = 'APPLICANT',
  REGISTRY = 'REGISTRY',
  OBJECTOR = 'OBJECTOR',
  HOLDER = 'HOLDER',
  FILER = 'FILER',
  BENEFICIARY = 'BENEFICIARY',
  PROPOSER = 'PROPOSER',
  ASKER = 'ASKER',
  BODY = 'BODY',
  FIRM = 'FIRM',
  READER = 'READER',
  PROVIDER = 'PROVIDER',
  ENDPOINT_OWNER = 'ENDPOINT_OWNER',
}

interface EventTypeRow {
  readonly title: string;
  readonly titleEn: string;
  readonly tells: readonly EventAudience[];
}

const { APPLICANT, REGISTRY, OBJECTOR, HOLDER, FILER } = EventAudience;
const { BENEFICIARY, PROPOSER, ASKER, BODY, FIRM, READER, PROVIDER, ENDPOINT_OWNER } = EventAudience;

const of = (title: string, titleEn: string, ...tells: EventAudience[]): EventTypeRow => ({
  title,
  titleEn,
  tells,
});

/**
 * Every type of event, what it is called and whom it concerns. A type is public for good: receivers filter by it. What
 * stands before the dot is its group, which is what the event's subject is.
 */
export const EVENT_TYPES = {
  // The subject is the application.
  'registration.amended': of('登记申请已修改', 'Application amended', APPLICANT, REGISTRY),
  'registration.submitted': of('登记申请已提交', 'Application submitted', APPLICANT, REGISTRY),
  'registration.withdrawn': of('登记申请已撤回', 'Application withdrawn', APPLICANT, REGISTRY),
  'registration.accepted': of('登记申请已受理', 'Application accepted', APPLICANT, REGISTRY),
  'registration.returned': of('登记申请已退回补正', 'Application returned', APPLICANT, REGISTRY),
  'registration.not-accepted': of('登记申请不予受理', 'Application not accepted', APPLICANT, REGISTRY),
  'registration.publicized': of('登记公示开始', 'Public notice begun', APPLICANT, REGISTRY),
  'registration.refused': of('登记形式审核未通过', 'Application refused', APPLICANT, REGISTRY),
  'registration.cancelled': of('登记已注销', 'Registration cancelled', APPLICANT, REGISTRY),
  'registration.coded': of('登记已赋码', 'Registration coded', APPLICANT, REGISTRY),
  'registration.terminated': of('登记程序终止', 'Application terminated', APPLICANT, REGISTRY),
  // The subject is the asset.
  'registration.revoked': of('登记被撤销', 'Registration revoked', HOLDER, REGISTRY),
  'registration.lapsed': of('登记到期失效', 'Registration lapsed', HOLDER, REGISTRY),

  // The subject is the application.
  'property-right.joining-asked': of('请确认共同申请', 'Asked to join an application', FILER),
  'property-right.joined': of('共同申请已确认', 'Application joined', APPLICANT),
  'property-right.submitted': of('产权登记申请已提交', 'Application submitted', APPLICANT, FILER, REGISTRY),
  'property-right.withdrawn': of('产权登记申请已撤回', 'Application withdrawn', APPLICANT, FILER, REGISTRY),
  'property-right.accepted': of('产权登记申请已受理', 'Application accepted', APPLICANT, FILER, REGISTRY),
  'property-right.accepted-by-silence': of('逾期视为受理', 'Accepted by silence', APPLICANT, FILER, REGISTRY),
  'property-right.returned': of('产权登记申请已退回补正', 'Application returned', APPLICANT, FILER, REGISTRY),
  'property-right.not-accepted': of(
    '产权登记不予受理',
    'Application not accepted',
    APPLICANT,
    FILER,
    REGISTRY,
  ),
  'property-right.supplement-asked': of('请补充材料', 'Asked for more', APPLICANT, FILER, REGISTRY),
  'property-right.supplemented': of('材料已补充', 'Application supplemented', APPLICANT, FILER, REGISTRY),
  'property-right.extended': of('审查期限已延长', 'Examination extended', APPLICANT, FILER, REGISTRY),
  'property-right.publicized': of('产权登记公示开始', 'Public notice begun', APPLICANT, FILER, REGISTRY),
  'property-right.notice-waived': of('免予公示', 'Public notice waived', APPLICANT, FILER, REGISTRY),
  'property-right.refused': of('产权登记未予登记', 'Application refused', APPLICANT, FILER, REGISTRY),
  'property-right.cancelled': of('产权登记已注销', 'Registration cancelled', APPLICANT, FILER, REGISTRY),
  'property-right.terminated': of('产权登记程序终止', 'Application terminated', APPLICANT, FILER, REGISTRY),
  'property-right.certified': of('产权登记已完成', 'Registration completed', APPLICANT, FILER, REGISTRY),
  // The subject is the asset.
  'property-right.lapsed': of('产权登记到期失效', 'Registration lapsed', HOLDER, REGISTRY),

  'encumbrance.proposed': of('请确认权利负担', 'Encumbrance proposed', HOLDER, BENEFICIARY),
  'encumbrance.accepted': of('权利负担已生效', 'Encumbrance in force', HOLDER, BENEFICIARY, REGISTRY),
  'encumbrance.declined': of('权利负担未获同意', 'Encumbrance declined', HOLDER, BENEFICIARY),
  'encumbrance.released': of('权利负担已解除', 'Encumbrance released', HOLDER, BENEFICIARY, REGISTRY),
  'encumbrance.frozen': of('权利已被查封', 'Title frozen', HOLDER, REGISTRY),

  // The subject is the proposal.
  'correction-proposal.proposed': of('收到更正建议', 'Correction proposed', PROPOSER, HOLDER),
  'correction-proposal.consented': of(
    '更正建议已获同意',
    'Correction consented to',
    PROPOSER,
    HOLDER,
    REGISTRY,
  ),
  'correction-proposal.declined': of('更正建议未获同意', 'Correction declined', PROPOSER, HOLDER),
  'correction-proposal.brought': of(
    '更正建议已提交登记机构',
    'Correction brought',
    PROPOSER,
    HOLDER,
    REGISTRY,
  ),
  'correction-proposal.dismissed': of('更正建议不成立', 'Correction dismissed', PROPOSER, HOLDER, REGISTRY),
  'correction-proposal.ordered': of('登记机构决定更正', 'Correction ordered', PROPOSER, HOLDER, REGISTRY),
  'correction-proposal.withdrawn': of('更正建议已撤回', 'Correction withdrawn', PROPOSER, HOLDER, REGISTRY),

  // The subject is the request.
  'correction-request.filed': of('收到更正申请', 'Correction request filed', ASKER, BODY),
  'correction-request.forwarded': of('更正申请已转交', 'Correction request forwarded', ASKER, BODY),
  'correction-request.extended': of('更正答复期限已延长', 'Time to answer extended', ASKER, BODY),
  'correction-request.answered': of('更正申请已答复', 'Correction request answered', ASKER, BODY),
  'correction-request.withdrawn': of('更正申请已撤回', 'Correction request withdrawn', ASKER, BODY),

  'certificate.issued': of('登记凭证已发放', 'Certificate issued', HOLDER, REGISTRY),

  'objection.lodged': of('收到异议', 'Objection lodged', APPLICANT, REGISTRY, OBJECTOR),
  'objection.dismissed': of('异议不成立', 'Objection dismissed', APPLICANT, REGISTRY, OBJECTOR),
  'objection.notified': of('异议已告知登记人', 'Registrant told', APPLICANT, HOLDER, OBJECTOR),
  'objection.upheld': of('异议成立', 'Objection upheld', APPLICANT, REGISTRY, OBJECTOR),

  // The subject is the engagement.
  'valuation.commissioned': of('收到评估委托', 'Valuation commissioned', HOLDER, FIRM),
  'valuation.accepted': of('评估委托已受理', 'Valuation accepted', HOLDER, FIRM),
  'valuation.declined': of('评估委托未获受理或已解除', 'Valuation declined', HOLDER, FIRM),
  'valuation.withdrawn': of('评估委托已撤回', 'Valuation withdrawn', HOLDER, FIRM),
  'valuation.appraiser-recused': of('评估人员已回避', 'Appraiser recused', HOLDER, FIRM),
  'valuation.delivered': of('评估报告已出具', 'Valuation report delivered', HOLDER, FIRM),
  'valuation.disclosed': of('评估报告已出示', 'Valuation report disclosed', HOLDER, READER),
  'valuation.filed': of('评估报告已备案', 'Valuation report filed', HOLDER, FIRM),

  // The subject is the load.
  'dataset.loaded': of('数据已载入', 'Dataset loaded', PROVIDER),
  'dataset.load-failed': of('数据载入失败', 'Dataset not loaded', PROVIDER),

  'webhook-endpoint.registered': of('推送地址已登记', 'Webhook endpoint registered', ENDPOINT_OWNER),
  'webhook-endpoint.disabled': of('推送地址已停用', 'Webhook endpoint disabled', ENDPOINT_OWNER),
} as const satisfies Readonly<Record<string, EventTypeRow>>;

export type EventType = keyof typeof EVENT_TYPES;

export const isEventType = (text: string): text is EventType => Object.hasOwn(EVENT_TYPES, text);

/** All types of the group that `type` belongs to, such as `registration.*`. */
export const groupOf = (type: EventType): string => `${type.slice(0, type.indexOf('.'))}.*`;

const GROUPS: ReadonlySet<string> = new Set(
  Object.keys(EVENT_TYPES).map((type) => groupOf(type as EventType)),
);

/** Whether `text` names events that there are: one type, a group of them, or all. */
export function isEventFilter(text: string): boolean {
  return text === '*' || isEventType(text) || GROUPS.has(text);
}
