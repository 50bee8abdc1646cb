import { Field, Int, ObjectType, registerEnumType } from '@nestjs/graphql';

import { connectionOf, GraphQLInstant, GraphQLLegalDate, GraphQLUuid } from '#libs/graphql';

import { AnnexFormObject, RightShareObject } from './annex-form.object.ts';
import { EncumbranceKind, EncumbranceState } from './encumbrance.entity.ts';
import { PropertyRightState, PropertyRightType, RefusalGround } from './property-right-state.ts';
import { TitleState } from './title.entity.ts';

registerEnumType(PropertyRightState, {
  name: 'PropertyRightState',
  description: 'How far a property right application has come',
  valuesMap: {
    DRAFT: { description: 'Prepared, not submitted' },
    SUBMITTED: { description: 'At the registry, which has 3 working days; silence accepts (Art. 17)' },
    RETURNED: { description: 'Returned once with all that is missing, to be completed in time' },
    NOT_ACCEPTED: { description: 'Not accepted, with the reason' },
    ACCEPTED: { description: 'Being examined, within 10 working days (Art. 28)' },
    SUPPLEMENTING: { description: 'The applicant was asked for more; the examination waits' },
    EXAMINED: { description: 'Passed without public notice, to be certified' },
    PUBLICIZED: { description: '公示: on public notice for 5 working days (Art. 24)' },
    REFUSED: { description: 'Refused, with the ground and the reason (Art. 22)' },
    CERTIFIED: { description: '存证 and 颁证: deposited and certified (Art. 26–27)' },
    CANCELLED: { description: '注销: what was registered is cancelled, as applied for' },
    TERMINATED: { description: 'Ended by an objection that was upheld (Art. 25)' },
    WITHDRAWN: { description: 'The applicant has let go of it' },
  },
});
registerEnumType(PropertyRightType, {
  name: 'PropertyRightType',
  description: '登记类型 (Art. 32)',
  valuesMap: {
    INITIAL: { description: '初次登记' },
    TRANSFER: { description: '转让登记: who transfers keeps nothing' },
    CHANGE: { description: '变更登记' },
    RENEWAL: { description: '续期登记: from six months before the last day to the day before it (Art. 36)' },
    CANCELLATION: { description: '注销登记' },
  },
});
registerEnumType(RefusalGround, {
  name: 'RefusalGround',
  description: 'Why a registration is refused (Art. 22)',
  valuesMap: {
    HARM: { description: 'It harms the state, the public or a third party' },
    UNLAWFUL_SOURCE: { description: 'The source is not lawful' },
    UNRESOLVED_DISPUTE: { description: 'A dispute about the right is not resolved' },
    CONCEALMENT_OR_FALSE_PROOF: { description: 'Concealment or false proof' },
    NOT_SUPPLEMENTED: { description: 'What was asked for did not come in time; this exchange’s own ground' },
    OTHER_LAW: { description: 'Another law forbids it' },
  },
});
registerEnumType(TitleState, {
  name: 'TitleState',
  description: 'Whether rights in the data are registered',
  valuesMap: {
    REGISTERED: { description: 'Registered' },
    CANCELLED: { description: 'Cancelled, as its holders applied for' },
    LAPSED: { description: 'Run out, because it was not renewed (Art. 36)' },
  },
});
registerEnumType(EncumbranceKind, {
  name: 'EncumbranceKind',
  description: 'What binds a title',
  valuesMap: {
    PLEDGE: { description: '质押, for financing' },
    CAPITAL_CONTRIBUTION: { description: '作价入股' },
    FREEZE: { description: '查封, noted by the registry (Art. 23)' },
  },
});
registerEnumType(EncumbranceState, {
  name: 'EncumbranceState',
  description: 'Whether an encumbrance holds',
  valuesMap: {
    PROPOSED: { description: 'The beneficiary has not answered' },
    IN_FORCE: { description: 'It holds: the title is neither transferred nor cancelled' },
    DECLINED: { description: 'The beneficiary has declined' },
    RELEASED: { description: 'Released' },
  },
});

@ObjectType('RegistrationFiler', { description: 'Who files together with the applicant (Art. 14, 34)' })
export class RegistrationFilerObject {
  @Field(() => GraphQLUuid, { description: 'The party' })
  readonly partyId!: string;

  @Field(() => GraphQLInstant, { nullable: true, description: 'When it agreed; null: not yet' })
  readonly joinedAt!: Date | null;
}

@ObjectType('PropertyRightRegistration', {
  description: '数据产权登记: an application on track B (国数综政策〔2026〕35号)',
})
export class PropertyRightRegistrationObject {
  @Field(() => GraphQLUuid, { description: 'The application’s id' })
  readonly id!: string;

  @Field(() => GraphQLUuid, { description: 'The asset whose rights are to be registered' })
  readonly assetId!: string;

  @Field(() => GraphQLUuid, { description: 'Who applies' })
  readonly applicantId!: string;

  @Field(() => GraphQLUuid, { description: 'The registry' })
  readonly registryId!: string;

  @Field(() => PropertyRightType, { description: '登记类型' })
  readonly type!: PropertyRightType;

  @Field(() => PropertyRightState, { description: 'How far it has come' })
  readonly state!: PropertyRightState;

  @Field(() => AnnexFormObject, { description: 'The form, as it would be registered' })
  readonly form!: AnnexFormObject;

  @Field(() => GraphQLInstant, { nullable: true, description: 'When it was submitted last' })
  readonly submittedAt!: Date | null;

  @Field(() => GraphQLInstant, { nullable: true, description: 'When it was accepted' })
  readonly acceptedAt!: Date | null;

  @Field(() => Boolean, { description: 'Nobody decided in time, which accepted it (Art. 17)' })
  readonly isAcceptedBySilence!: boolean;

  @Field(() => Int, { nullable: true, description: 'By how many working days the examination was extended' })
  readonly extensionDays!: number | null;

  @Field(() => String, { nullable: true, description: 'Why it was extended' })
  readonly extensionReason!: string | null;

  @Field(() => String, { nullable: true, description: 'Why there was no public notice (Art. 24)' })
  readonly waiverReason!: string | null;

  @Field(() => GraphQLLegalDate, { nullable: true, description: 'First day of the public notice' })
  readonly publicityFrom!: string | null;

  @Field(() => GraphQLLegalDate, { nullable: true, description: 'Last day of the public notice' })
  readonly publicityUntil!: string | null;

  @Field(() => GraphQLInstant, { nullable: true, description: 'When it was certified or cancelled' })
  readonly decidedAt!: Date | null;

  @Field(() => String, { nullable: true, description: '备注 (Art. 23)' })
  readonly remarks!: string | null;

  @Field(() => RefusalGround, { nullable: true, description: 'Of a refusal' })
  readonly refusalGround!: RefusalGround | null;

  @Field(() => String, { nullable: true, description: 'Why it was returned, waits, or came to nothing' })
  readonly reason!: string | null;
}

@ObjectType('Encumbrance', { description: '质押, 作价入股 or a freeze of a title' })
export class EncumbranceObject {
  @Field(() => GraphQLUuid, { description: 'The encumbrance’s id' })
  readonly id!: string;

  @Field(() => GraphQLUuid, { description: 'The asset' })
  readonly assetId!: string;

  @Field(() => EncumbranceKind, { description: 'What it is' })
  readonly kind!: EncumbranceKind;

  @Field(() => EncumbranceState, { description: 'Whether it holds' })
  readonly state!: EncumbranceState;

  @Field(() => GraphQLUuid, { description: 'Whose rights bear it' })
  readonly holderId!: string;

  @Field(() => GraphQLUuid, { nullable: true, description: 'For whom; a freeze is for nobody’s account' })
  readonly beneficiaryId!: string | null;

  @Field(() => String, { nullable: true, description: 'Its currency' })
  readonly currency!: string | null;

  @Field(() => GraphQLUuid, { nullable: true, description: 'The appraisal that the amount rests on' })
  readonly valuationReportId!: string | null;

  @Field(() => String, { description: 'The contract or the order' })
  readonly terms!: string;

  @Field(() => GraphQLInstant, { description: 'When it was proposed, or noted' })
  readonly proposedAt!: Date;

  @Field(() => GraphQLInstant, { nullable: true, description: 'When the beneficiary answered' })
  readonly answeredAt!: Date | null;

  @Field(() => GraphQLInstant, { nullable: true, description: 'When it was released' })
  readonly releasedAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'Why it was released' })
  readonly releaseReason!: string | null;
}

@ObjectType('Title', { description: 'What track B’s register says of the data behind an asset; public' })
export class TitleObject {
  @Field(() => GraphQLUuid, { description: 'The asset' })
  readonly assetId!: string;

  @Field(() => GraphQLUuid, { description: 'The registry' })
  readonly registryId!: string;

  @Field(() => TitleState, { description: 'Whether rights are registered' })
  readonly state!: TitleState;

  @Field(() => String, { description: '数据名称' })
  readonly name!: string;

  @Field(() => String, { description: '数据概述' })
  readonly overview!: string;

  @Field(() => [RightShareObject], { description: 'Who holds which right' })
  readonly rights!: readonly RightShareObject[];

  @Field(() => PropertyRightType, { description: 'What made it what it is' })
  readonly lastType!: PropertyRightType;

  @Field(() => Int, { description: 'How many acts there were' })
  readonly version!: number;

  @Field(() => GraphQLLegalDate, { description: 'First day of validity' })
  readonly validFrom!: string;

  @Field(() => GraphQLLegalDate, { description: 'First day on which it is not valid any more' })
  readonly validUntil!: string;

  @Field(() => GraphQLInstant, { nullable: true, description: 'When it ended' })
  readonly endedAt!: Date | null;
}

@ObjectType('TitleLink', { description: 'One link of the chain of title: who held which right from when on' })
export class TitleLinkObject {
  @Field(() => Int, { description: 'Its number, from 1' })
  readonly number!: number;

  @Field(() => String, { description: 'INITIAL, TRANSFER, CHANGE, RENEWAL, CANCELLATION or LAPSE' })
  readonly act!: string;

  @Field(() => GraphQLUuid, { nullable: true, description: 'The application' })
  readonly registrationId!: string | null;

  @Field(() => GraphQLInstant, { description: 'From when on it holds' })
  readonly effectiveFrom!: Date;

  @Field(() => GraphQLInstant, { description: 'Since when the register says so' })
  readonly recordedAt!: Date;

  @Field(() => GraphQLUuid, {
    nullable: true,
    description: 'The officer who has entered it; null: by the clock',
  })
  readonly recordedBy!: string | null;

  @Field(() => String, { nullable: true, description: 'Why, as far as it was said' })
  readonly reason!: string | null;

  @Field(() => String, { nullable: true, description: 'The code of its certificate' })
  readonly code!: string | null;

  @Field(() => [RightShareObject], { description: 'Who holds which right; none: nobody any more' })
  readonly rights!: readonly RightShareObject[];
}

@ObjectType('RegistryAgency', { description: 'A registry’s digits of the certificate code (Annex 6)' })
export class RegistryAgencyObject {
  @Field(() => GraphQLUuid, { description: 'The registry' })
  readonly partyId!: string;

  @Field(() => String, { description: 'Region, two digits' })
  readonly region!: string;

  @Field(() => String, { description: 'Agency, one digit' })
  readonly agency!: string;
}

export const PropertyRightRegistrationConnection = connectionOf(
  'PropertyRightRegistration',
  PropertyRightRegistrationObject,
);
export const EncumbranceConnection = connectionOf('Encumbrance', EncumbranceObject);
export const TitleConnection = connectionOf('Title', TitleObject);
