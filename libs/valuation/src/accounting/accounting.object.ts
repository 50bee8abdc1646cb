import { Field, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import { Length, ValidateNested } from 'class-validator';

import { connectionOf, GraphQLInstant, GraphQLLegalDate, GraphQLUuid } from '#libs/graphql';

import { AccountingClass, BusinessMode } from './accounting-class.ts';

registerEnumType(AccountingClass, {
  name: 'AccountingClass',
  description: 'How a data resource is accounted for (财会〔2023〕11号)',
  valuesMap: {
    INTANGIBLE: { description: '无形资产' },
    INVENTORY: { description: '存货' },
    UNRECOGNISED: { description: '未确认为资产的数据资源: disclosed only' },
  },
});
registerEnumType(BusinessMode, {
  name: 'BusinessMode',
  description: 'What an enterprise holds a data resource for (财会〔2023〕11号)',
  valuesMap: {
    OWN_USE: { description: '企业内部使用' },
    OUTSIDE_SERVICE: { description: '对外提供服务' },
    HELD_FOR_SALE: { description: '日常活动中持有、最终用于出售' },
  },
});

@ObjectType('AccountingAnswers', { description: 'The test of recognition, as the holder has answered it' })
export class AccountingAnswersObject {
  @Field(() => Boolean, { description: '合法拥有或控制' })
  readonly isOwnedOrControlled!: boolean;

  @Field(() => Boolean, { description: '预期会带来经济利益' })
  readonly areBenefitsExpected!: boolean;

  @Field(() => Boolean, { description: '有关的经济利益很可能流入企业' })
  readonly isInflowProbable!: boolean;

  @Field(() => Boolean, { description: '成本能够可靠计量' })
  readonly isCostReliable!: boolean;

  @Field(() => BusinessMode, { description: '业务模式' })
  readonly businessMode!: BusinessMode;
}

@InputType({ description: 'The test of recognition; what it comes to is computed' })
export class AccountingAnswersInput {
  @Field(() => Boolean, { description: '合法拥有或控制' })
  readonly isOwnedOrControlled!: boolean;

  @Field(() => Boolean, { description: '预期会带来经济利益' })
  readonly areBenefitsExpected!: boolean;

  @Field(() => Boolean, { description: '有关的经济利益很可能流入企业' })
  readonly isInflowProbable!: boolean;

  @Field(() => Boolean, { description: '成本能够可靠计量' })
  readonly isCostReliable!: boolean;

  @Field(() => BusinessMode, { description: '业务模式' })
  readonly businessMode!: BusinessMode;
}

@ObjectType('AccountingRecord', { description: '入表: an asset in its holder’s books, from a day on' })
export class AccountingRecordObject {
  @Field(() => GraphQLUuid, { description: 'Its id' })
  readonly id!: string;

  @Field(() => GraphQLUuid, { description: 'The asset' })
  readonly assetId!: string;

  @Field(() => GraphQLUuid, { description: 'Whose books' })
  readonly holderId!: string;

  @Field(() => AccountingClass, { description: 'What the answers come to' })
  readonly accountingClass!: AccountingClass;

  @Field(() => AccountingAnswersObject, { description: 'The answers' })
  readonly answers!: AccountingAnswersObject;

  @Field(() => String, { description: 'What the answers rest on' })
  readonly grounds!: string;

  @Field(() => GraphQLLegalDate, { description: 'From when on' })
  readonly effectiveOn!: string;

  @Field(() => GraphQLInstant, { description: 'When it was recorded' })
  readonly recordedAt!: Date;
}

export const AccountingRecordConnection = connectionOf('AccountingRecord', AccountingRecordObject);

@InputType({ description: '入表: how an asset of yours is accounted for' })
export class RecordAccountingInput {
  @Length(1, 64)
  @Field(() => String, { description: 'Chosen by you; the same id sent again changes nothing' })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: 'An asset of your party' })
  readonly assetId!: string;

  @ValidateNested()
  @Type(() => AccountingAnswersInput)
  @Field(() => AccountingAnswersInput, { description: 'The test' })
  readonly answers!: AccountingAnswersInput;

  @Length(1, 2000)
  @Field(() => String, { description: 'What the answers rest on' })
  readonly grounds!: string;

  @Field(() => GraphQLLegalDate, { description: 'From when on, today at the latest' })
  readonly effectiveOn!: string;
}
