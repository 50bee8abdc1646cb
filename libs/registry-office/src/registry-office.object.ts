import { Field, Float, Int, ObjectType, registerEnumType } from '@nestjs/graphql';

import {
  CertificateObject,
  DeadlineKind,
  LegalDeadlineObject,
  ObjectionState,
  RegisterEntryObject,
  ShownEvidenceObject,
  Track,
} from '#libs/asset';
import { connectionOf, GraphQLInstant, GraphQLLegalDate, GraphQLUuid } from '#libs/graphql';
import { PartyKind } from '#libs/party';

import { FileInspectionState, FilePart } from './inspection/file-inspection-request.entity.ts';
import { FileEntitlement } from './inspection/file-look.entity.ts';
import { YearlyReportState } from './yearly-report/yearly-report.entity.ts';

registerEnumType(YearlyReportState, {
  name: 'YearlyReportState',
  description: 'How far a yearly report has come',
  valuesMap: {
    DUE: { description: 'The year is over; to be submitted by 31 March' },
    PREPARED: { description: 'Figures and text are frozen; to be submitted by somebody else' },
    SUBMITTED: { description: 'Submitted, public, never changed' },
  },
});
registerEnumType(FileInspectionState, {
  name: 'FileInspectionState',
  description: 'What became of a request to see a file',
  valuesMap: {
    REQUESTED: { description: 'Not decided' },
    GRANTED: { description: 'Open, in the parts and up to the instant it says' },
    DECLINED: { description: 'Not opened' },
  },
});
registerEnumType(FilePart, {
  name: 'FilePart',
  description: 'What of a file is opened by itself; certificates and the register are public anyway',
  valuesMap: {
    APPLICATION: { description: 'What was applied for, with materials or form' },
    EVIDENCE: { description: 'The deposited evidence, with its files' },
    ACTS: { description: 'What was done when, and the legal periods' },
    OBJECTIONS: { description: 'Objections, without who objected' },
  },
});
registerEnumType(FileEntitlement, {
  name: 'FileEntitlement',
  description: 'On what a look at a file rests (Art. 30)',
  valuesMap: {
    APPLICANT: { description: '登记申请人' },
    JOINT_HOLDER: { description: 'A holder who has filed together with the applicant' },
    REGISTRY: { description: '登记机构: the registry that keeps it' },
    REGULATOR: { description: '有关国家机关' },
    INTERESTED_PARTY: { description: '利害关系人, to whom the registry has opened it' },
  },
});

@ObjectType('ApplicationFigures', {
  description: 'What became of applications of one type in a year, by the acts of that year',
})
export class ApplicationFiguresObject {
  @Field(() => Track, { description: 'In which register' })
  readonly track!: Track;

  @Field(() => String, { description: '登记类型' })
  readonly type!: string;

  @Field(() => Int, { description: 'Submitted for the first time' })
  readonly received!: number;

  @Field(() => Int, { description: 'Submitted again, after they were returned' })
  readonly resubmitted!: number;

  @Field(() => Int, { description: 'Accepted, by silence too' })
  readonly accepted!: number;

  @Field(() => Int, { description: 'Of them: accepted because nobody had decided in time (B Art. 17)' })
  readonly acceptedBySilence!: number;

  @Field(() => Int, { description: 'Returned with a list of what is missing' })
  readonly returned!: number;

  @Field(() => Int, { description: 'Not accepted' })
  readonly notAccepted!: number;

  @Field(() => Int, { description: 'Refused' })
  readonly refused!: number;

  @Field(() => Int, { description: 'Withdrawn, after they were received' })
  readonly withdrawn!: number;

  @Field(() => Int, { description: 'Ended by an objection that was upheld' })
  readonly terminatedByObjection!: number;

  @Field(() => Int, { description: 'Ended otherwise, as by a revocation' })
  readonly terminatedOtherwise!: number;

  @Field(() => Int, { description: 'Coded (A) or certified (B)' })
  readonly registered!: number;

  @Field(() => Int, { description: 'Cancelled, as applied for' })
  readonly cancelled!: number;
}

@ObjectType('DeadlineFigures', { description: 'How the registry has kept the periods that end in a year' })
export class DeadlineFiguresObject {
  @Field(() => Track, { nullable: true, description: 'In which register; null: in neither' })
  readonly track!: Track | null;

  @Field(() => DeadlineKind, { description: 'What was to be done' })
  readonly kind!: DeadlineKind;

  @Field(() => Int, { description: 'Done, or fallen away, by the last day' })
  readonly met!: number;

  @Field(() => Int, { description: 'Not done by the last day' })
  readonly missed!: number;

  @Field(() => Int, { description: 'Not over' })
  readonly running!: number;

  @Field(() => Float, { nullable: true, description: 'Working days used by those that are over, the middle' })
  readonly medianWorkingDays!: number | null;

  @Field(() => Int, { nullable: true, description: 'Working days used by the longest that is over' })
  readonly longestWorkingDays!: number | null;
}

@ObjectType('RegisterFigures', { description: 'What a register came to in a year' })
export class RegisterFiguresObject {
  @Field(() => Track, { description: 'Which register' })
  readonly track!: Track;

  @Field(() => Int, { description: 'Certificates issued in the year' })
  readonly certificatesIssued!: number;

  @Field(() => Int, { description: 'Certificates in force on the day the figures are of' })
  readonly certificatesInForce!: number;

  @Field(() => Int, { description: 'Registrations that have lapsed' })
  readonly lapsed!: number;

  @Field(() => Int, { description: 'Registrations that were revoked' })
  readonly revoked!: number;

  @Field(() => Int, { description: 'Objections lodged, later ones too' })
  readonly objectionsLodged!: number;

  @Field(() => Int, { description: 'Objections upheld' })
  readonly objectionsUpheld!: number;

  @Field(() => Int, { description: 'Objections dismissed' })
  readonly objectionsDismissed!: number;

  @Field(() => Int, { description: 'Objections to what ended without their being decided' })
  readonly objectionsFallenAway!: number;

  @Field(() => Int, { description: 'Later objections that the registrant was told of' })
  readonly laterObjectionsNotified!: number;
}

@ObjectType('InspectionFigures', { description: 'How files were open in a year' })
export class InspectionFiguresObject {
  @Field(() => Int, { description: 'Requests of interested parties' })
  readonly requested!: number;

  @Field(() => Int, { description: 'Requests granted' })
  readonly granted!: number;

  @Field(() => Int, { description: 'Requests declined' })
  readonly declined!: number;

  @Field(() => Int, { description: 'Looks at files, by whomever' })
  readonly looks!: number;
}

@ObjectType('RegistryYearlyFigures', { description: 'A registry’s figures of a legal year' })
export class RegistryYearlyFiguresObject {
  @Field(() => Int, { description: 'The year, in Asia/Shanghai' })
  readonly year!: number;

  @Field(() => GraphQLLegalDate, {
    description: 'The day they are of: the last of the year, or today while it runs',
  })
  readonly asOf!: string;

  @Field(() => [ApplicationFiguresObject], { description: 'By register and type, those there were' })
  readonly applications!: readonly ApplicationFiguresObject[];

  @Field(() => [DeadlineFiguresObject], { description: 'By register and kind, those there were' })
  readonly deadlines!: readonly DeadlineFiguresObject[];

  @Field(() => [RegisterFiguresObject], { description: 'Of both registers' })
  readonly registers!: readonly RegisterFiguresObject[];

  @Field(() => InspectionFiguresObject, { description: 'Of the files' })
  readonly inspections!: InspectionFiguresObject;
}

@ObjectType('YearlyReport', { description: '年度报告: what a registry reports of a year (B Art. 11)' })
export class YearlyReportObject {
  @Field(() => GraphQLUuid, { description: 'The report’s id' })
  readonly id!: string;

  @Field(() => GraphQLUuid, { description: 'Whose it is' })
  readonly registryId!: string;

  @Field(() => Int, { description: 'Of which year' })
  readonly year!: number;

  @Field(() => YearlyReportState, { description: 'How far it has come' })
  readonly state!: YearlyReportState;

  @Field(() => String, {
    nullable: true,
    description: 'Figures and text, canonical JSON (RFC 8785); null until prepared',
  })
  readonly document!: string | null;

  @Field(() => String, { nullable: true, description: 'SHA-256 of the document, hex' })
  readonly sha256!: string | null;

  @Field(() => RegistryYearlyFiguresObject, { nullable: true, description: 'The figures in the document' })
  readonly figures!: RegistryYearlyFiguresObject | null;

  @Field(() => String, { nullable: true, description: 'The text in the document' })
  readonly text!: string | null;

  @Field(() => GraphQLInstant, { nullable: true, description: 'When it was prepared last' })
  readonly preparedAt!: Date | null;

  @Field(() => GraphQLInstant, { nullable: true, description: 'When it was submitted' })
  readonly submittedAt!: Date | null;
}

@ObjectType('InspectionInterest', { description: 'A file that shows an interest' })
export class InspectionInterestObject {
  @Field(() => GraphQLUuid, { description: 'The file; GET /uploads/ID answers it' })
  readonly uploadId!: string;

  @Field(() => String, { description: 'SHA-256 of the file, hex' })
  readonly sha256!: string;
}

@ObjectType('FileInspectionRequest', {
  description: '查询申请: an interested party asks to see a file (B Art. 30)',
})
export class FileInspectionRequestObject {
  @Field(() => GraphQLUuid, { description: 'The request’s id' })
  readonly id!: string;

  @Field(() => GraphQLUuid, { description: 'The application whose file it is' })
  readonly registrationId!: string;

  @Field(() => GraphQLUuid, { description: 'Who asks' })
  readonly requesterId!: string;

  @Field(() => GraphQLUuid, { description: 'Who keeps the file' })
  readonly registryId!: string;

  @Field(() => String, { description: '利害关系' })
  readonly interest!: string;

  @Field(() => String, { description: '查询目的' })
  readonly purpose!: string;

  @Field(() => GraphQLInstant, { description: 'When it was made' })
  readonly requestedAt!: Date;

  @Field(() => FileInspectionState, { description: 'What became of it' })
  readonly state!: FileInspectionState;

  @Field(() => [FilePart], { nullable: true, description: 'Which parts are open' })
  readonly parts!: FilePart[] | null;

  @Field(() => GraphQLInstant, {
    nullable: true,
    description: 'The first instant at which it is not open any more',
  })
  readonly openUntil!: Date | null;

  @Field(() => GraphQLInstant, { nullable: true, description: 'When it was decided' })
  readonly decidedAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'The reasons of the decision' })
  readonly decisionReason!: string | null;
}

@ObjectType('FileLook', { description: 'That somebody has looked at a file' })
export class FileLookObject {
  @Field(() => GraphQLUuid, { description: 'The look’s id, as in its audit entry' })
  readonly id!: string;

  @Field(() => GraphQLUuid, { description: 'Which party' })
  readonly partyId!: string;

  @Field(() => GraphQLUuid, { description: 'Which person, or which key' })
  readonly actorId!: string;

  @Field(() => FileEntitlement, { description: 'On what it rests' })
  readonly entitlement!: FileEntitlement;

  @Field(() => GraphQLUuid, { nullable: true, description: 'The request that was granted' })
  readonly requestId!: string | null;

  @Field(() => String, { nullable: true, description: '查询目的; null: one piece of evidence was fetched' })
  readonly purpose!: string | null;

  @Field(() => GraphQLUuid, {
    nullable: true,
    description: 'The piece of evidence that was fetched; null: the file was read',
  })
  readonly uploadId!: string | null;

  @Field(() => GraphQLInstant, { description: 'When' })
  readonly lookedAt!: Date;
}

@ObjectType('FileAct', { description: 'One act about an application' })
export class FileActObject {
  @Field(() => Int, { description: 'Its number, from 1' })
  readonly number!: number;

  @Field(() => String, {
    nullable: true,
    description: 'Which command; null: by the clock, or before acts were kept',
  })
  readonly action!: string | null;

  @Field(() => String, { description: 'APPLICANT, FILER, REGISTRY or CLOCK' })
  readonly doneBy!: string;

  @Field(() => GraphQLInstant, { description: 'When' })
  readonly doneAt!: Date;

  @Field(() => String, { nullable: true, description: 'The state it found; null: there was no application' })
  readonly stateBefore!: string | null;

  @Field(() => String, { description: 'The state it left' })
  readonly stateAfter!: string;

  @Field(() => String, { nullable: true, description: 'The reason it gave' })
  readonly reason!: string | null;
}

@ObjectType('FileObjection', {
  description: 'An objection as the file shows it: without who objected, and without its words',
})
export class FileObjectionObject {
  @Field(() => PartyKind, { description: 'What kind of party objected' })
  readonly objectorKind!: PartyKind;

  @Field(() => Boolean, { description: 'To what is registered already' })
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

@ObjectType('FileApplication', { description: 'What was applied for' })
export class FileApplicationObject {
  @Field(() => String, { description: '登记数据名称' })
  readonly name!: string;

  @Field(() => String, { description: '数据内容简介' })
  readonly overview!: string;

  @Field(() => String, { nullable: true, description: 'What gave occasion to it' })
  readonly ground!: string | null;

  @Field(() => String, { nullable: true, description: 'Track A: the seven groups of materials, JSON' })
  readonly materialsJson!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Track B: the form of Annex 1, JSON; to interested parties without the contact person',
  })
  readonly formJson!: string | null;

  @Field(() => GraphQLInstant, { description: 'When it was submitted last' })
  readonly submittedAt!: Date;

  @Field(() => GraphQLInstant, { nullable: true, description: 'When it was accepted' })
  readonly acceptedAt!: Date | null;

  @Field(() => GraphQLInstant, { nullable: true, description: 'When it was reviewed' })
  readonly reviewedAt!: Date | null;

  @Field(() => GraphQLInstant, { nullable: true, description: 'When it was coded, certified or cancelled' })
  readonly decidedAt!: Date | null;

  @Field(() => GraphQLLegalDate, { nullable: true, description: 'First day of the public notice' })
  readonly publicityFrom!: string | null;

  @Field(() => GraphQLLegalDate, { nullable: true, description: 'Last day of the public notice' })
  readonly publicityUntil!: string | null;

  @Field(() => String, { nullable: true, description: 'Track B: why there was no public notice' })
  readonly waiverReason!: string | null;

  @Field(() => String, { nullable: true, description: 'Track B: why the examination took longer' })
  readonly extensionReason!: string | null;

  @Field(() => String, { nullable: true, description: 'Track B: 备注 (Art. 23)' })
  readonly remarks!: string | null;

  @Field(() => String, { nullable: true, description: 'Why it was returned or came to nothing' })
  readonly reason!: string | null;
}

@ObjectType('RegistrationFile', {
  description: '登记资料: all that a registry keeps of an application; a part that is not open is null',
})
export class RegistrationFileObject {
  @Field(() => GraphQLUuid, { description: 'The application' })
  readonly registrationId!: string;

  @Field(() => FileEntitlement, { description: 'On what this look rests' })
  readonly entitlement!: FileEntitlement;

  @Field(() => [FilePart], { nullable: true, description: 'Which parts are open; null: all' })
  readonly parts!: FilePart[] | null;

  @Field(() => GraphQLInstant, {
    nullable: true,
    description: 'The first instant at which it is not open any more; null: for good',
  })
  readonly openUntil!: Date | null;

  @Field(() => Track, { description: 'In which register' })
  readonly track!: Track;

  @Field(() => String, { description: '登记类型' })
  readonly type!: string;

  @Field(() => String, { description: 'How far it has come' })
  readonly state!: string;

  @Field(() => GraphQLUuid, { description: 'What is to be registered' })
  readonly assetId!: string;

  @Field(() => GraphQLUuid, { description: 'Who applies' })
  readonly applicantId!: string;

  @Field(() => GraphQLUuid, { description: 'Who keeps the file' })
  readonly registryId!: string;

  @Field(() => FileApplicationObject, { nullable: true, description: 'What was applied for' })
  readonly application!: FileApplicationObject | null;

  @Field(() => [ShownEvidenceObject], {
    nullable: true,
    description: 'The deposited evidence; GET /uploads/ID answers its files',
  })
  readonly evidence!: readonly ShownEvidenceObject[] | null;

  @Field(() => [FileActObject], { nullable: true, description: 'What was done, in order' })
  readonly acts!: readonly FileActObject[] | null;

  @Field(() => [LegalDeadlineObject], { nullable: true, description: 'Its legal periods, in order' })
  readonly deadlines!: readonly LegalDeadlineObject[] | null;

  @Field(() => [FileObjectionObject], { nullable: true, description: 'Objections, oldest first' })
  readonly objections!: readonly FileObjectionObject[] | null;

  @Field(() => [CertificateObject], { description: 'The certificate it led to, with its end' })
  readonly certificates!: readonly CertificateObject[];

  @Field(() => [RegisterEntryObject], {
    description: 'All the register has said about the asset, oldest first',
  })
  readonly registerEntries!: readonly RegisterEntryObject[];

  @Field(() => GraphQLLegalDate, {
    description:
      'The day up to which it is kept at least: twenty years (B Art. 10) from its last act so far or the end of its certificate',
  })
  readonly retainUntil!: string;
}

export const YearlyReportConnection = connectionOf('YearlyReport', YearlyReportObject);
export const FileInspectionRequestConnection = connectionOf(
  'FileInspectionRequest',
  FileInspectionRequestObject,
);
export const FileLookConnection = connectionOf('FileLook', FileLookObject);
