import { DomainError } from '#libs/foundation';

/** What is not found and what is not yours are the same refusal. */
const NOT_YOURS = 'ours: acted on is what is there and one’s own to act on';

export class DatasetNotRegistrable extends DomainError {
  readonly code = 'DATASET_NOT_REGISTRABLE';

  constructor() {
    super('Your party has no confirmed dataset version with this id', {
      path: 'datasetVersionId',
      rule: '发改数据规〔2025〕26号 Art. 9, 国数综政策〔2026〕35号 Art. 14: who holds data applies; confirmed columns are ours',
    });
  }
}

export class AssetExists extends DomainError {
  readonly code = 'ASSET_EXISTS';

  constructor() {
    super('An asset was made of this dataset version, and is registered or has an application under way', {
      path: 'datasetVersionId',
      rule: 'ours: data are registered once',
    });
  }
}

export class RegistrationNotFound extends DomainError {
  readonly code = 'REGISTRATION_NOT_FOUND';

  constructor() {
    super('There is no registration with this id that you may act on', {
      path: 'registrationId',
      rule: NOT_YOURS,
    });
  }
}

/** The act is none of those that the state and the type of the registration allow. */
export class RegistrationNotInState extends DomainError {
  readonly code = 'REGISTRATION_NOT_IN_STATE';

  constructor(act: string, type: string, state: string, rule: string) {
    super(`${act} cannot be done to an application of type ${type} that is ${state}`, {
      path: 'registrationId',
      rule: `发改数据规〔2025〕26号 ${rule}`,
    });
  }
}

/** All that is missing, in one list. */
export class MaterialsMissing extends DomainError {
  readonly code = 'MATERIALS_MISSING';

  constructor(missing: readonly string[]) {
    super(`Missing: ${missing.join('、')}`, {
      path: 'materials',
      rule: '发改数据规〔2025〕26号 Art. 9–10: one list of all that is missing',
    });
  }
}

export class AssetNotInRegister extends DomainError {
  readonly code = 'ASSET_NOT_IN_REGISTER';

  constructor() {
    super('There is no registered asset with this id that you may act on', {
      path: 'assetId',
      rule: NOT_YOURS,
    });
  }
}

export class RegistrationUnderWay extends DomainError {
  readonly code = 'REGISTRATION_UNDER_WAY';

  constructor() {
    super('The asset has an application that is not decided yet', {
      path: 'assetId',
      rule: 'ours: one application at a time about an asset',
    });
  }
}

/** On either track: a draft was written of what the register does not say any more. */
export class RegisteredAnew extends DomainError {
  readonly code = 'REGISTERED_ANEW';

  constructor() {
    super('What is registered has changed since this was written; write it anew', {
      path: 'registrationId',
      rule: 'ours: what is filed is about what is registered now',
    });
  }
}

export class RenewalNotOpen extends DomainError {
  readonly code = 'RENEWAL_NOT_OPEN';

  constructor(first: string, last: string) {
    super(`A renewal can be filed from ${first} to ${last}`, {
      path: 'registrationId',
      rule: '发改数据规〔2025〕26号 Art. 15: within 60 days before expiry',
    });
  }
}

export class ObjectionOpen extends DomainError {
  readonly code = 'OBJECTION_OPEN';

  constructor(rule = '发改数据规〔2025〕26号 Art. 12–13') {
    super('An objection has not been decided', { path: 'registrationId', rule });
  }
}

export class ObjectionNotPossible extends DomainError {
  readonly code = 'OBJECTION_NOT_POSSIBLE';

  constructor(why: string) {
    super(why, { path: 'registrationId', rule: '发改数据规〔2025〕26号 Art. 12' });
  }
}

export class ObjectionNotFound extends DomainError {
  readonly code = 'OBJECTION_NOT_FOUND';

  constructor() {
    super('There is no open objection with this id that you may decide', {
      path: 'objectionId',
      rule: NOT_YOURS,
    });
  }
}

/** What is claimed has to be shown: a file of one's own party, sent before. */
export class EvidenceNotFound extends DomainError {
  readonly code = 'EVIDENCE_NOT_FOUND';

  constructor(path = 'evidenceUploadId') {
    super('Your party has sent no such file', {
      path,
      rule: '发改数据规〔2025〕26号 Art. 9, 12: what is claimed is shown',
    });
  }
}

export class EvidenceDepositedAlready extends DomainError {
  readonly code = 'EVIDENCE_DEPOSITED_ALREADY';

  constructor() {
    super('This file is deposited already', {
      path: 'uploadId',
      rule: 'ours: a file is deposited once, and its day stands',
    });
  }
}

/** All that is not shown, in one list. */
export class EvidenceNotDeposited extends DomainError {
  readonly code = 'EVIDENCE_NOT_DEPOSITED';

  constructor(subjects: readonly string[]) {
    super(`No deposited evidence is shown for ${subjects.join(', ')}; DATA is the registered file itself`, {
      path: 'evidence',
      rule: '存证 comes first: 发改数据规〔2025〕26号 Art. 9, 国数综政策〔2026〕35号 Art. 26',
    });
  }
}

/** Names what the application overlaps with; who decides may know, the applicant may not. */
export class OverlapNotExplained extends DomainError {
  readonly code = 'OVERLAP_NOT_EXPLAINED';

  constructor(
    overlaps: readonly { readonly assetId: string; readonly name: string; readonly score: number }[],
  ) {
    const named = overlaps.map(({ assetId, name, score }) => `${name} (${assetId}, ${score})`).join('、');
    super(`Overlaps strongly with ${named}: say why it is accepted all the same`, {
      path: 'reason',
      rule: 'ours: an application that overlaps strongly is accepted for a reason',
    });
  }
}

/** Maker and checker must be two people. */
export class SamePerson extends DomainError {
  readonly code = 'SAME_PERSON';

  constructor(act: string, path?: string) {
    super(`The person who ${act} must not decide about it`, {
      ...(path && { path }),
      rule: 'separation of duties',
    });
  }
}

export class PublicityNotOver extends DomainError {
  readonly code = 'PUBLICITY_NOT_OVER';

  constructor(until: string, rule = '发改数据规〔2025〕26号 Art. 12: ten working days') {
    super(`The publicity runs to the end of ${until}`, { path: 'registrationId', rule });
  }
}

/** Weekends are all that is known of the days off: the notice may have to run longer. */
export class PublicityProvisional extends DomainError {
  readonly code = 'PUBLICITY_PROVISIONAL';

  constructor(until: string, rule = '发改数据规〔2025〕26号 Art. 12: ten working days') {
    super(`The publicity ends on ${until} or later: the working days of that year are not published yet`, {
      path: 'registrationId',
      rule,
    });
  }
}

/** The data cannot be exchanged for a version that what is offered of them could not answer from. */
export class ProductsLackFields extends DomainError {
  readonly code = 'PRODUCTS_LACK_FIELDS';

  constructor(misfits: readonly { readonly product: string; readonly fields: readonly string[] }[]) {
    const named = misfits.map(({ product, fields }) => `${product}（${fields.join('、')}）`);
    super(`The new version has no such columns of the same type for ${named.join('、')}`, {
      path: 'datasetVersionId',
      rule: 'what is offered goes on to be answered as it was declared',
    });
  }
}

export class DataUnderTitle extends DomainError {
  readonly code = 'DATA_UNDER_TITLE';

  constructor() {
    super('A property right is registered over exactly these data: they stay while it does', {
      path: 'datasetVersionId',
      rule: 'ours; 国数综政策〔2026〕35号 Art. 26',
    });
  }
}

/** Neither a chief data representative, nor somebody to whom one has delegated it for now and for this asset. */
export class NotDelegated extends DomainError {
  readonly code = 'NOT_DELEGATED';

  constructor() {
    super('A chief data representative does this, or whom it is delegated to for this day and asset', {
      path: 'registrationId',
      rule: '数据专员 prepares, 首席代表 decides; 委托 is ours',
    });
  }
}

export class DelegationNotFound extends DomainError {
  readonly code = 'DELEGATION_NOT_FOUND';

  constructor() {
    super('Your party has no such delegation that is not revoked', {
      path: 'delegationId',
      rule: NOT_YOURS,
    });
  }
}

export class CorrectionNotPossible extends DomainError {
  readonly code = 'CORRECTION_NOT_POSSIBLE';

  constructor(why: string) {
    super(why, { path: 'assetId', rule: '发改数据规〔2025〕26号 Art. 9: 更正' });
  }
}

export class CorrectionProposalNotFound extends DomainError {
  readonly code = 'CORRECTION_PROPOSAL_NOT_FOUND';

  constructor() {
    super('There is no proposal of a correction with this id that you may act on', {
      path: 'proposalId',
      rule: NOT_YOURS,
    });
  }
}

/** The act is none of those that the state of the proposal allows. */
export class CorrectionProposalNotInState extends DomainError {
  readonly code = 'CORRECTION_PROPOSAL_NOT_IN_STATE';

  constructor(act: string, state: string, rule: string) {
    super(`${act} cannot be done to a proposal that is ${state}`, { path: 'proposalId', rule });
  }
}

/** The holder is asked first. */
export class AnswerNotOverdue extends DomainError {
  readonly code = 'ANSWER_NOT_OVERDUE';

  constructor(due: string, isProvisional: boolean) {
    super(
      `The holder has to the end of ${due}${isProvisional ? ', a day that may still move,' : ''} to answer`,
      {
        path: 'proposalId',
        rule: 'ten working days, which are ours; 发改数据规〔2025〕26号 Art. 9: on written consent, or on proof',
      },
    );
  }
}
