export { Asset, AssetState } from './asset.entity.ts';
export * from './asset.errors.ts';
export { EvidenceInput } from './asset.input.ts';
export * from './asset.module.ts';
export {
  CertificateObject,
  LegalDeadlineObject,
  ObjectionObject,
  ShownEvidenceObject,
} from './asset.object.ts';
export { shownCertificate } from './asset.resolver.ts';
export * from './asset.service.ts';
export * from './certificate-document.ts';
export { Certificate } from './certificate.entity.ts';
export * from './credential-sealer.ts';
export * from './evidence.service.ts';
export * from './expiry.service.ts';
export { DeadlineKind, LegalDeadline } from './legal-deadline.entity.ts';
export * from './legal-deadline.service.ts';
export * from './materials.ts';
export { Objection, ObjectionState } from './objection.entity.ts';
export { RegisterEntry } from './register-entry.entity.ts';
export * from './register-history.ts';
export * from './register.module.ts';
export * from './register.ts';
export * from './registration-act.ts';
export * from './registration-state.ts';
export * from './registration.service.ts';
export * from './track.ts';
export * from './working-calendar.service.ts';
