import { Field, Int, ObjectType, registerEnumType } from '@nestjs/graphql';

import { connectionOf, GraphQLLegalDate, GraphQLUuid } from '#libs/graphql';

import { DutyKind } from './duty.service.ts';

registerEnumType(DutyKind, {
  name: 'DutyKind',
  description: 'What somebody of a supplying body has to see to',
  valuesMap: {
    COMPLETE_DRAFT: { description: '数据专员: a draft that you have prepared' },
    COMPLETE_RETURNED: { description: '数据专员: what the registry has returned' },
    PREPARE_RENEWAL: {
      description: '数据专员: the time in which a renewal is filed has begun, and none is prepared',
    },
    FILE_RENEWAL: { description: '首席代表: the time in which a renewal is filed has begun, and none is' },
    SUBMIT: {
      description:
        '首席代表, or on track A its delegate: complete, joined by all who file together, and prepared by somebody else',
    },
    JOIN: { description: '首席代表: another party asks yours to file together with it (B Art. 14, 34)' },
    ANSWER_PROPOSAL: { description: '首席代表: the consent to a correction that somebody has proposed' },
    OBJECTION: { description: '数据专员: somebody is against what your party has on public notice' },
    DEADLINE: { description: '数据专员: another legal period of your party' },
  },
});

@ObjectType('Duty', { description: 'What you have to see to' })
export class DutyObject {
  @Field(() => DutyKind, { description: 'What it is' })
  readonly kind!: DutyKind;

  @Field(() => GraphQLUuid, {
    description: 'The id of the application, asset, proposal, objection or deadline it is about',
  })
  readonly subjectId!: string;

  @Field(() => GraphQLUuid, { nullable: true, description: 'The application, if there is one' })
  readonly registrationId!: string | null;

  @Field(() => GraphQLUuid, { nullable: true, description: 'The asset, if there is one' })
  readonly assetId!: string | null;

  @Field(() => String, { nullable: true, description: 'The name of the data' })
  readonly name!: string | null;

  @Field(() => GraphQLLegalDate, { nullable: true, description: 'The last day; null: there is none' })
  readonly due!: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Days from today to the last one; below zero: it is over',
  })
  readonly daysLeft!: number | null;

  @Field(() => Boolean, {
    description: 'It reaches into a year whose calendar is not published: `due` may still move',
  })
  readonly isProvisional!: boolean;

  @Field(() => [String], { description: 'Groups of materials that are missing, in the order of the law' })
  readonly missing!: readonly string[];

  @Field(() => String, {
    nullable: true,
    description: 'Why it was returned, what is said to be wrong, or the kind of the period',
  })
  readonly reason!: string | null;
}

export const DutyConnection = connectionOf('Duty', DutyObject);
