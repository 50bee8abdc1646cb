export { Asset, AssetState } from './asset.entity.ts';
export * from './asset.errors.ts';
export { EvidenceInput } from './asset.input.ts';
export * from './asset.module.ts';
export {
  CertificateObject,
  LegalDeadlineObject,
  ObjectionObject,
  RegisterEntryObject,
  ShownEvidenceObject,
} from './asset.object.ts';
export { shownCertificate } from './asset.resolver.ts';
export * from './asset.service.ts';
export * from './certificate/certificate-document.ts';
export * from './certificate/certificate-lookup.module.ts';
export { certificateFactsOf } from './certificate/certificate-facts.ts';
export { certificatePage } from './certificate/certificate-page.ts';
export { row } from './certificate/certificate-page.ts';
export { type CertificateStanding, zhDateOf, zhDay } from './certificate/certificate-standing.ts';
export { Certificate } from './certificate/certificate.entity.ts';
export * from './certificate/credential-sealer.ts';
export * from './correction/correction-act.ts';
export * from './correction/correction.service.ts';
export * from './delegation/delegation.service.ts';
export { type Html, html, markup } from './certificate/html.ts';
export { boundLookups, LIMITED } from './certificate/lookup-limit.ts';
export { pageOf as htmlPageOf } from './certificate/page-shell.ts';
export * from './evidence/evidence.service.ts';
export * from './deadline/expiry.service.ts';
export { DeadlineKind, DeadlineMatter, LegalDeadline } from './deadline/legal-deadline.entity.ts';
export * from './deadline/legal-deadline.service.ts';
export * from './deadline/set-aside.ts';
export * from './registration/lengths.ts';
export * from './registration/materials.ts';
export { Objection, ObjectionState } from './objection/objection.entity.ts';
export * from './objection/objection.service.ts';
export type { OverlapExplanation } from './overlap/overlap-explanation.entity.ts';
export { LikelyOverlapObject, OverlapExplanationObject } from './overlap/overlap.object.ts';
export * from './overlap/overlap.service.ts';
export { RegisterEntry } from './register/register-entry.entity.ts';
export * from './register/register-history.ts';
export * from './register/register.module.ts';
export * from './register/register.ts';
export * from './registration/registration-act.ts';
export * from './registration/registration-state.ts';
export * from './registration/registration.service.ts';
export * from './track.ts';
export * from './deadline/working-calendar.service.ts';
