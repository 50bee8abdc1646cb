/** As what a party is told. */
export enum EventAudience {
  APPLICANT = 'APPLICANT',
  REGISTRY = 'REGISTRY',
  OBJECTOR = 'OBJECTOR',
  HOLDER = 'HOLDER',
  ENDPOINT_OWNER = 'ENDPOINT_OWNER',
}

interface EventTypeRow {
  readonly title: string;
  readonly titleEn: string;
  readonly tells: readonly EventAudience[];
}

const { APPLICANT, REGISTRY, OBJECTOR, HOLDER, ENDPOINT_OWNER } = EventAudience;

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

  'certificate.issued': of('登记凭证已发放', 'Certificate issued', HOLDER, REGISTRY),

  'objection.lodged': of('收到异议', 'Objection lodged', APPLICANT, REGISTRY, OBJECTOR),
  'objection.dismissed': of('异议不成立', 'Objection dismissed', APPLICANT, REGISTRY, OBJECTOR),
  'objection.upheld': of('异议成立', 'Objection upheld', APPLICANT, REGISTRY, OBJECTOR),

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
