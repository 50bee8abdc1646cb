import { Field, ObjectType, registerEnumType } from '@nestjs/graphql';

import { connectionOf, GraphQLInstant, GraphQLLegalDate, GraphQLUuid } from '#libs/graphql';

import { PartyKind } from './party-kind.ts';

registerEnumType(PartyKind, {
  name: 'PartyKind',
  description: 'What a party is on the exchange',
  valuesMap: {
    PROVIDER: { description: '供数单位: a city company or department that supplies data' },
    OPERATOR: { description: '运营机构' },
    PLATFORM: { description: '平台方: who runs the one platform' },
    INSTITUTION: { description: '数据企业: a bank, insurer or hospital that uses data' },
    REGISTRY: { description: '登记机构' },
    APPRAISAL_FIRM: { description: '评估机构' },
    REGULATOR: { description: '监管机构' },
    PERSON: { description: '个人: a natural person, known by pseudonym only' },
  },
});

@ObjectType('Party', { description: 'Who acts on the exchange' })
export class PartyObject {
  @Field(() => GraphQLUuid, { description: 'The party’s id' })
  readonly id!: string;

  @Field(() => PartyKind, { description: 'What it is' })
  readonly kind!: PartyKind;

  @Field(() => String, { description: 'Its name' })
  readonly name!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Unified social credit code, GB 32100-2015; null for a natural person',
  })
  readonly uscc!: string | null;

  @Field(() => Boolean, { description: 'Made up, for the sample exchange' })
  readonly isSample!: boolean;

  @Field(() => GraphQLInstant, { description: 'Since when it is registered' })
  readonly registeredAt!: Date;
}

export const PartyConnection = connectionOf('Party', PartyObject);

@ObjectType('Zone', { description: '专区: a field of application with products of its own' })
export class ZoneObject {
  @Field(() => String, { description: 'Its code' })
  readonly code!: string;

  @Field(() => String, { description: 'Its name' })
  readonly name!: string;

  @Field(() => String, { description: 'Its name in English' })
  readonly nameEn!: string;
}

@ObjectType('Exchange', { description: 'This exchange' })
export class ExchangeObject {
  @Field(() => String, { description: 'Its name' })
  readonly name!: string;

  @Field(() => String, { description: 'The origin line of its audit log’s checkpoints' })
  readonly logOrigin!: string;

  @Field(() => Boolean, { description: 'All parties and data are made up, and its clock may run ahead' })
  readonly isSample!: boolean;

  @Field(() => GraphQLInstant, { description: 'Exchange time: what legal periods and grants go by' })
  readonly time!: Date;

  @Field(() => GraphQLLegalDate, { description: 'The legal day that is now, Asia/Shanghai' })
  readonly today!: string;

  @Field(() => [ZoneObject], { description: 'Its zones' })
  readonly zones!: ZoneObject[];
}

@ObjectType('ExchangeTime', { description: 'The exchange’s time' })
export class ExchangeTimeObject {
  @Field(() => GraphQLInstant, { description: 'Exchange time now' })
  readonly time!: Date;
}
