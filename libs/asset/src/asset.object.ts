import { Field, Int, ObjectType, registerEnumType } from '@nestjs/graphql';

import { connectionOf, GraphQLInstant, GraphQLLegalDate, GraphQLUuid } from '#libs/graphql';

import { AssetState } from './asset.entity.ts';
import { EvidenceSubject } from './evidence/evidence.service.ts';
import { DeadlineKind, DeadlineMatter } from './deadline/legal-deadline.entity.ts';
import { COUNTED_AT_MOST, DueFilter } from './deadline/legal-deadline.service.ts';
import { ObjectionState } from './objection/objection.entity.ts';
import { MaterialsObject } from './registration/materials.object.ts';
import {
  RegistrationGround,
  RegistrationState,
  RegistrationType,
} from './registration/registration-state.ts';
import { Track } from './track.ts';

registerEnumType(RegistrationState, {
  name: 'RegistrationState',
  description: 'How far a registration has come',
  valuesMap: {
    DRAFT: { description: 'Prepared, not submitted' },
    SUBMITTED: { description: 'At the registry, which has 3 working days (Art. 10)' },
    RETURNED: { description: 'Returned once with all that is missing; may be submitted again' },
    NOT_ACCEPTED: { description: 'Not accepted, with the reason' },
    ACCEPTED: { description: 'Accepted; form review within 20 working days (Art. 11)' },
    PUBLICIZED: { description: '公示: on public notice for 10 working days (Art. 12)' },
    REFUSED: { description: 'Refused, with the reason' },
    CODED: { description: '赋码: has a query code and a certificate (Art. 13)' },
    CANCELLED: { description: '注销: what was registered is cancelled, as applied for' },
    TERMINATED: { description: 'Ended by an objection that was upheld, or by revocation' },
    WITHDRAWN: { description: 'The applicant has let go of it' },
  },
});
registerEnumType(RegistrationType, {
  name: 'RegistrationType',
  description: '登记类型 (Art. 9, 15)',
  valuesMap: {
    FIRST: { description: '首次登记' },
    CHANGE: { description: '变更登记' },
    CORRECTION: { description: '更正登记' },
    CANCELLATION: { description: '注销登记' },
    RENEWAL: { description: '续展: from 60 days before the last day on' },
  },
});
registerEnumType(RegistrationGround, {
  name: 'RegistrationGround',
  description: 'What gives occasion to a change or a cancellation (Art. 9)',
  valuesMap: {
    SOURCE: { description: 'Change: 数据来源' },
    RESOURCE: { description: 'Change: 数据资源情况' },
    PRODUCT_OR_SERVICE: { description: 'Change: 产品和服务' },
    EVIDENCE: { description: 'Change: 存证' },
    SUBJECT: { description: 'Change: 登记主体' },
    DATA_LOST: { description: 'Cancellation: the data are lost and cannot be recovered' },
    RIGHT_WAIVED_OR_EXPIRED: { description: 'Cancellation: the right is waived or has expired' },
    SUBJECT_ENDED: { description: 'Cancellation: the holder has ended' },
    OTHER: { description: 'Cancellation: another cause' },
  },
});
registerEnumType(AssetState, {
  name: 'AssetState',
  description: 'Whether the asset is in the register',
  valuesMap: {
    UNREGISTERED: { description: 'Not registered yet' },
    REGISTERED: { description: 'Registered' },
    CANCELLED: { description: 'Cancelled, as its holder applied for' },
    LAPSED: { description: 'Cancelled by the registry at its end, because it was not renewed (Art. 15)' },
    REVOKED: { description: '撤销: revoked as a sanction (Art. 20)' },
  },
});
registerEnumType(DeadlineMatter, {
  name: 'DeadlineMatter',
  description: 'What a legal period is about',
  valuesMap: {
    REGISTRATION: { description: 'An application, in either register' },
    CORRECTION_REQUEST: { description: '更正申请: a request to correct public data (令299号 Art. 17)' },
    YEARLY_REPORT: { description: 'What a registry reports of a year' },
  },
});
registerEnumType(DeadlineKind, {
  name: 'DeadlineKind',
  description: 'What is to be done by a day',
  valuesMap: {
    ACCEPTANCE: { description: 'Decide on acceptance: 3 working days (A Art. 10, B Art. 17)' },
    REVIEW: { description: 'Review the form: 20 working days (A Art. 11)' },
    PUBLICITY: {
      description:
        'Public notice, 10 working days (A Art. 12) or 5 (B Art. 24); to be coded or certified after its last day',
    },
    CANCELLATION: { description: 'Cancel: 10 working days (A Art. 9)' },
    OBJECTION: {
      description:
        'Decide an objection: 10 working days (B Art. 25), which on track A is this exchange’s own limit',
    },
    RENEWAL: {
      description:
        'File a renewal: up to the last day of validity (A Art. 15), or to the day before it (B Art. 36)',
    },
    EXPIRY: { description: 'Validity ends after this day (A Art. 15, B Art. 26)' },
    CURE: {
      description: 'Complete what was returned: ten working days, which are this exchange’s own (B Art. 17)',
    },
    EXAMINATION: {
      description:
        'Examine and certify: 10 working days, extendable once by 10; supplements, notice and objections are not counted (B Art. 28)',
    },
    LATER_OBJECTION: { description: 'Tell the registrant of an objection: 5 working days (B Art. 29)' },
    CORRECTION_FORWARD: {
      description: '转交更正申请: forward it to the holding body, 2 working days (令299号 Art. 17)',
    },
    CORRECTION_ANSWER: {
      description:
        '答复更正申请: answer it, 5 working days from receipt, 10 in all if it is complex (令299号 Art. 17)',
    },
    YEARLY_REPORT: { description: 'Report the year before to the data authority: by 31 March (B Art. 11)' },
  },
});
registerEnumType(Track, {
  name: 'Track',
  description: 'Which register',
  valuesMap: {
    A: { description: '公共数据资源登记 (发改数据规〔2025〕26号)' },
    B: { description: '数据产权登记 (国数综政策〔2026〕35号)' },
  },
});
registerEnumType(EvidenceSubject, {
  name: 'EvidenceSubject',
  description: 'What a piece of evidence is for',
  valuesMap: {
    DATA: { description: 'The registered file itself' },
    SUBJECT: { description: '主体信息' },
    LAWFUL_SOURCE: { description: '数据合法合规性来源' },
    RESOURCE: { description: '数据资源情况' },
    RIGHTS: { description: '权属证明' },
    PRODUCTS_AND_SERVICES: { description: '产品和服务信息' },
    SCENARIOS: { description: '应用场景信息' },
    RISK_ASSESSMENT: { description: '数据安全风险评估' },
  },
});
registerEnumType(DueFilter, {
  name: 'DueFilter',
  description: 'Which deadlines',
  valuesMap: {
    OPEN: { description: 'All that are running' },
    DUE_TODAY: { description: 'Whose last day is today' },
    OVERDUE: { description: 'Whose last day is over' },
    BLOCKED: { description: 'That wait for something else' },
  },
});
registerEnumType(ObjectionState, {
  name: 'ObjectionState',
  description: 'What became of an objection',
  valuesMap: {
    OPEN: { description: 'Not decided' },
    DISMISSED: { description: 'Dismissed' },
    UPHELD: { description: 'Upheld: the application has ended' },
    MOOT: { description: 'The application ended without it being decided' },
    NOTIFIED: { description: 'The registrant was told of a later objection (B Art. 29)' },
  },
});

@ObjectType('LegalDeadline', { description: 'What a party has to do by a day' })
export class LegalDeadlineObject {
  @Field(() => GraphQLUuid, { description: 'The deadline’s id' })
  readonly id!: string;

  @Field(() => DeadlineMatter, { description: 'What it is about' })
  readonly matter!: DeadlineMatter;

  @Field(() => GraphQLUuid, { description: 'The id of what it is about' })
  readonly matterId!: string;

  @Field(() => DeadlineKind, { description: 'What is to be done' })
  readonly kind!: DeadlineKind;

  @Field(() => Track, { nullable: true, description: 'Of an application: of which register' })
  readonly track!: Track | null;

  @Field(() => GraphQLUuid, { nullable: true, description: 'Of an application: its id' })
  readonly registrationId!: string | null;

  @Field(() => GraphQLUuid, { nullable: true, description: 'Of an application: the asset' })
  readonly assetId!: string | null;

  @Field(() => GraphQLUuid, { description: 'Who has to act' })
  readonly partyId!: string;

  @Field(() => GraphQLLegalDate, {
    description: 'The day it begins, which is not counted (Civil Code Art. 201)',
  })
  readonly beginsOn!: string;

  @Field(() => Int, {
    nullable: true,
    description: 'Its length in working days; null: a day of the calendar',
  })
  readonly workingDays!: number | null;

  @Field(() => GraphQLLegalDate, { description: 'Its last day' })
  readonly due!: string;

  @Field(() => Boolean, {
    description: 'It reaches into a year whose calendar is not published: `due` may still move',
  })
  readonly isProvisional!: boolean;

  @Field(() => Boolean, { description: 'It waits for something else' })
  readonly isBlocked!: boolean;

  @Field(() => GraphQLInstant, { nullable: true, description: 'When it was met, or fell away' })
  readonly closedAt!: Date | null;
}

const UP_TO = `${COUNTED_AT_MOST} stands for that many or more`;

@ObjectType('LegalDeadlineCounts', { description: 'How long the lists of deadlines are' })
export class LegalDeadlineCountsObject {
  @Field(() => Int, { description: `All that are running; ${UP_TO}` })
  readonly open!: number;

  @Field(() => Int, { description: `Whose last day is today; ${UP_TO}` })
  readonly dueToday!: number;

  @Field(() => Int, { description: `Whose last day is over; ${UP_TO}` })
  readonly overdue!: number;

  @Field(() => Int, { description: `That wait for something else; ${UP_TO}` })
  readonly blocked!: number;
}

@ObjectType('Objection', { description: '异议: somebody is against what is on public notice (Art. 12)' })
export class ObjectionObject {
  @Field(() => GraphQLUuid, { description: 'The objection’s id' })
  readonly id!: string;

  @Field(() => GraphQLUuid, { description: 'Against which application' })
  readonly registrationId!: string;

  @Field(() => GraphQLUuid, { description: 'Whose it is' })
  readonly objectorId!: string;

  @Field(() => String, { description: 'What is said to be wrong' })
  readonly grounds!: string;

  @Field(() => GraphQLUuid, { description: 'The evidence; GET /uploads/ID answers it' })
  readonly uploadId!: string;

  @Field(() => Boolean, { description: 'To what is registered already, not to what is on public notice' })
  readonly isLater!: boolean;

  @Field(() => GraphQLInstant, { description: 'When it was lodged' })
  readonly lodgedAt!: Date;

  @Field(() => ObjectionState, { description: 'What became of it' })
  readonly state!: ObjectionState;

  @Field(() => GraphQLInstant, { nullable: true, description: 'When it was decided, or fell away' })
  readonly decidedAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'The reasons of the decision' })
  readonly decisionReason!: string | null;
}

@ObjectType('CalendarYear', {
  description: 'The working days of a year, as the State Council has arranged them',
})
export class CalendarYearObject {
  @Field(() => String, { description: 'YYYY' })
  readonly year!: string;

  @Field(() => [[String]], { description: 'Days off in runs of [first, last], MM-DD' })
  readonly off!: string[][];

  @Field(() => [String], { description: 'Saturdays and Sundays that are worked, MM-DD' })
  readonly worked!: string[];

  @Field(() => String, { nullable: true, description: 'The document; null: it came with the program' })
  readonly source!: string | null;
}

@ObjectType('CertificateEnd', { description: 'That a certificate stopped to count before its time' })
export class CertificateEndObject {
  @Field(() => String, { description: 'SUPERSEDED by a newer one, CANCELLED or REVOKED' })
  readonly cause!: string;

  @Field(() => GraphQLInstant, { description: 'Since when' })
  readonly endedAt!: Date;

  @Field(() => String, { nullable: true, description: 'Why' })
  readonly reason!: string | null;
}

@ObjectType('Certificate', { description: '登记凭证: a signed certificate of registration' })
export class CertificateObject {
  @Field(() => String, { description: '查询码, in this exchange’s own format' })
  readonly queryCode!: string;

  @Field(() => GraphQLLegalDate, { description: 'First day of validity' })
  readonly validFrom!: string;

  @Field(() => GraphQLLegalDate, { description: 'First day on which it is not valid any more' })
  readonly validUntil!: string;

  @Field(() => String, { description: 'What it says: a W3C Verifiable Credential (VC 2.0), canonical JSON' })
  readonly document!: string;

  @Field(() => String, {
    description: 'The certificate itself: the document signed as a compact JWS (VC-JOSE-COSE), EdDSA',
  })
  readonly credential!: string;

  @Field(() => String, { description: 'Which key has signed' })
  readonly keyId!: string;

  @Field(() => GraphQLInstant, { description: 'When it was issued' })
  readonly issuedAt!: Date;

  @Field(() => CertificateEndObject, {
    nullable: true,
    description: 'If it stopped to count before its time',
  })
  readonly end!: CertificateEndObject | null;
}

@ObjectType('EvidenceDeposit', { description: '存证: a file deposited as evidence, for good' })
export class EvidenceDepositObject {
  @Field(() => GraphQLUuid, { description: 'The deposit’s id' })
  readonly id!: string;

  @Field(() => GraphQLUuid, { description: 'Who has deposited it' })
  readonly partyId!: string;

  @Field(() => String, { description: 'What it is' })
  readonly title!: string;

  @Field(() => GraphQLUuid, { description: 'The file; GET /uploads/ID answers it' })
  readonly uploadId!: string;

  @Field(() => GraphQLInstant, { description: 'When it was deposited; its audit entry proves it' })
  readonly depositedAt!: Date;
}

@ObjectType('Evidence', { description: 'A deposited piece of evidence, and what it is for' })
export class ShownEvidenceObject {
  @Field(() => EvidenceSubject, { description: 'What it shows' })
  readonly subject!: EvidenceSubject;

  @Field(() => EvidenceDepositObject, { description: 'The deposit' })
  readonly deposit!: EvidenceDepositObject;
}

@ObjectType('RegisterDifference', { description: 'What an entry changed in one field' })
export class RegisterDifferenceObject {
  @Field(() => String, { description: 'The field' })
  readonly field!: string;

  @Field(() => String, { nullable: true, description: 'What it said before, JSON; null: nothing' })
  readonly before!: string | null;

  @Field(() => String, { nullable: true, description: 'What it says now, JSON; null: nothing' })
  readonly after!: string | null;
}

@ObjectType('RegisterEntry', { description: 'One state of a register about an asset; never changed' })
export class RegisterEntryObject {
  @Field(() => Int, { description: 'Its number, from 1' })
  readonly number!: number;

  @Field(() => String, { description: 'The type of the application that made it, or LAPSE or REVOCATION' })
  readonly act!: string;

  @Field(() => GraphQLUuid, { nullable: true, description: 'The application' })
  readonly registrationId!: string | null;

  @Field(() => String, { nullable: true, description: 'What is registered, JSON; null: nothing any more' })
  readonly factsJson!: string | null;

  @Field(() => GraphQLInstant, { description: 'Valid time: from when on it holds' })
  readonly effectiveFrom!: Date;

  @Field(() => GraphQLInstant, { description: 'Record time: since when the register says so' })
  readonly recordedAt!: Date;

  @Field(() => GraphQLUuid, { nullable: true, description: 'The officer; null: by the clock' })
  readonly recordedBy!: string | null;

  @Field(() => String, { nullable: true, description: 'Why' })
  readonly reason!: string | null;
}

@ObjectType('RegisterChange', { description: 'An entry of a register, with what it changed' })
export class RegisterChangeObject extends RegisterEntryObject {
  @Field(() => [RegisterDifferenceObject], { description: 'Against the entry before' })
  readonly differences!: readonly RegisterDifferenceObject[];
}

@ObjectType('Asset', { description: '数据资产: a dataset version that is registered or is being registered' })
export class AssetObject {
  @Field(() => GraphQLUuid, { description: 'The asset’s id' })
  readonly id!: string;

  @Field(() => String, { description: 'Its name' })
  readonly name!: string;

  @Field(() => String, { description: 'What it holds' })
  readonly overview!: string;

  @Field(() => AssetState, { description: 'Whether it is in the register' })
  readonly state!: AssetState;

  @Field(() => GraphQLUuid, { description: 'The data behind it' })
  readonly datasetVersionId!: string;

  @Field(() => GraphQLUuid, { description: 'Whose it is' })
  readonly providerId!: string;

  @Field(() => GraphQLInstant, { description: 'Since when it is known here' })
  readonly createdAt!: Date;

  @Field(() => GraphQLInstant, { nullable: true, description: 'When it left the register, for good' })
  readonly endedAt!: Date | null;
}

@ObjectType('Registration', { description: '登记: an application on track A (发改数据规〔2025〕26号)' })
export class RegistrationObject {
  @Field(() => GraphQLUuid, { description: 'The registration’s id' })
  readonly id!: string;

  @Field(() => GraphQLUuid, { description: 'What is to be registered' })
  readonly assetId!: string;

  @Field(() => GraphQLUuid, { description: '登记主体: who applies' })
  readonly applicantId!: string;

  @Field(() => GraphQLUuid, { description: '登记机构' })
  readonly registryId!: string;

  @Field(() => RegistrationType, { description: '登记类型' })
  readonly type!: RegistrationType;

  @Field(() => RegistrationGround, { nullable: true, description: 'What gave occasion to it' })
  readonly ground!: RegistrationGround | null;

  @Field(() => String, { description: '登记数据名称, as applied for' })
  readonly name!: string;

  @Field(() => String, { description: '数据内容简介, as applied for' })
  readonly overview!: string;

  @Field(() => MaterialsObject, { description: 'The materials, as applied for' })
  readonly materials!: MaterialsObject;

  @Field(() => RegistrationState, { description: 'How far it has come' })
  readonly state!: RegistrationState;

  @Field(() => GraphQLUuid, { description: 'Who has written it last' })
  readonly preparedBy!: string;

  @Field(() => GraphQLInstant, { nullable: true, description: 'When it was submitted last' })
  readonly submittedAt!: Date | null;

  @Field(() => GraphQLInstant, { nullable: true, description: 'When it was accepted' })
  readonly acceptedAt!: Date | null;

  @Field(() => GraphQLLegalDate, { nullable: true, description: 'First day of the public notice' })
  readonly publicityFrom!: string | null;

  @Field(() => GraphQLLegalDate, { nullable: true, description: 'Last day of the public notice' })
  readonly publicityUntil!: string | null;

  @Field(() => GraphQLInstant, { nullable: true, description: 'When it was coded' })
  readonly decidedAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'Why it was returned or came to nothing' })
  readonly reason!: string | null;

  @Field(() => Boolean, { description: 'A correction that the registry has ordered on proof (Art. 9)' })
  readonly isOrdered!: boolean;

  @Field(() => GraphQLUuid, {
    nullable: true,
    description: 'Of a change of the data: the version that the asset is to be of',
  })
  readonly datasetVersionId!: string | null;

  @Field(() => GraphQLLegalDate, {
    nullable: true,
    description: 'When it was delivered under authorised operation, as applied for',
  })
  readonly deliveredOn!: string | null;

  @Field(() => GraphQLLegalDate, {
    nullable: true,
    description: 'Until when it is to be filed: 20 working days after delivery (Art. 9)',
  })
  readonly filingDue!: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether it was first submitted by then; null: not submitted, nothing delivered, or not known until the calendar is published. No ground of refusal',
  })
  readonly isFiledInTime!: boolean | null;

  @Field(() => GraphQLUuid, { nullable: true, description: 'Who has submitted it' })
  readonly submittedBy!: string | null;

  @Field(() => GraphQLUuid, {
    nullable: true,
    description: 'The chief data representative for whom a delegate has submitted it',
  })
  readonly onBehalfOf!: string | null;

  @Field(() => GraphQLUuid, { nullable: true, description: 'Who has withdrawn it' })
  readonly withdrawnBy!: string | null;
}

@ObjectType('PublicityNotice', { description: 'What the law makes public of a registration (Art. 12)' })
export class PublicityNoticeObject {
  @Field(() => GraphQLUuid, { description: 'The registration’s id' })
  readonly id!: string;

  @Field(() => String, { description: '登记主体名称' })
  readonly applicantName!: string;

  @Field(() => String, { description: '登记类型' })
  readonly registrationType!: string;

  @Field(() => String, { description: '登记数据名称' })
  readonly dataName!: string;

  @Field(() => String, { description: '数据内容简介' })
  readonly dataOverview!: string;

  @Field(() => String, { nullable: true, description: '限制范围, of a property right (B Art. 24)' })
  readonly limits!: string | null;

  @Field(() => GraphQLLegalDate, { description: 'First day' })
  readonly publicityFrom!: string;

  @Field(() => GraphQLLegalDate, { description: 'Last day' })
  readonly publicityUntil!: string;

  @Field(() => Boolean, {
    description:
      'The working days of a year it reaches into are not published: the last day may move back, and until it is settled the notice goes on and can be objected to',
  })
  readonly isProvisional!: boolean;
}

export const AssetConnection = connectionOf('Asset', AssetObject);
export const RegistrationConnection = connectionOf('Registration', RegistrationObject);
export const PublicityNoticeConnection = connectionOf('PublicityNotice', PublicityNoticeObject);
export const LegalDeadlineConnection = connectionOf('LegalDeadline', LegalDeadlineObject);
export const EvidenceDepositConnection = connectionOf('EvidenceDeposit', EvidenceDepositObject);
export const ObjectionConnection = connectionOf('Objection', ObjectionObject);
