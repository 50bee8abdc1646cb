import { Field, InputType, registerEnumType } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import { IsOptional, Length, ValidateNested } from 'class-validator';

import { GraphQLUuid } from '#libs/graphql';

export enum AcceptanceDecision {
  ACCEPTED = 'ACCEPTED',
  RETURNED = 'RETURNED',
  NOT_ACCEPTED = 'NOT_ACCEPTED',
}

export enum ReviewDecision {
  PUBLICIZED = 'PUBLICIZED',
  REFUSED = 'REFUSED',
}

registerEnumType(AcceptanceDecision, {
  name: 'AcceptanceDecision',
  description: 'What the registry decides on a submission (Art. 10)',
  valuesMap: {
    ACCEPTED: { description: 'Accept' },
    RETURNED: { description: 'Return with one list of all that is missing' },
    NOT_ACCEPTED: { description: 'Do not accept, for a reason' },
  },
});
registerEnumType(ReviewDecision, {
  name: 'ReviewDecision',
  description: 'What the form review comes to (Art. 11)',
  valuesMap: {
    PUBLICIZED: { description: 'Pass; the public notice begins today' },
    REFUSED: { description: 'Refuse, for a reason' },
  },
});

const clientId = 'Chosen by you; the same id sent again changes nothing';

@InputType({ description: 'The seven groups of materials of a first registration (Art. 9)' })
export class MaterialsInput {
  @Length(1, 2000)
  @Field(() => String, { description: '主体信息' })
  readonly subject!: string;

  @Length(1, 2000)
  @Field(() => String, { description: '数据合法合规性来源' })
  readonly lawfulSource!: string;

  @Length(1, 2000)
  @Field(() => String, { description: '数据资源情况' })
  readonly resource!: string;

  @Length(1, 2000)
  @Field(() => String, { description: '存证情况' })
  readonly evidence!: string;

  @Length(1, 2000)
  @Field(() => String, { description: '产品和服务信息' })
  readonly productsAndServices!: string;

  @Length(1, 2000)
  @Field(() => String, { description: '应用场景信息' })
  readonly scenarios!: string;

  @Length(1, 2000)
  @Field(() => String, { description: '数据安全风险评估' })
  readonly riskAssessment!: string;
}

@InputType({ description: 'A first registration to prepare' })
export class PrepareRegistrationInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: 'A confirmed dataset version of your party' })
  readonly datasetVersionId!: string;

  @Field(() => GraphQLUuid, { description: 'The registry to file with' })
  readonly registryId!: string;

  @Length(1, 40)
  @Field(() => String, { description: '登记数据名称, 40 characters at most' })
  readonly name!: string;

  @Length(1, 400)
  @Field(() => String, { description: '数据内容简介, 400 characters at most' })
  readonly overview!: string;

  @ValidateNested()
  @Type(() => MaterialsInput)
  @Field(() => MaterialsInput, { description: 'The materials' })
  readonly materials!: MaterialsInput;
}

@InputType({ description: 'A registration to act on' })
export class RegistrationActInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: 'The registration' })
  readonly registrationId!: string;
}

@InputType({ description: 'A decision on acceptance' })
export class DecideAcceptanceInput extends RegistrationActInput {
  @Field(() => AcceptanceDecision, { description: 'The decision' })
  readonly decision!: AcceptanceDecision;

  @IsOptional()
  @Length(1, 2000)
  @Field(() => String, { nullable: true, description: 'Why; needed unless it is accepted' })
  readonly reason!: string | null;
}

@InputType({ description: 'The outcome of a form review' })
export class ReviewRegistrationInput extends RegistrationActInput {
  @Field(() => ReviewDecision, { description: 'The outcome' })
  readonly decision!: ReviewDecision;

  @IsOptional()
  @Length(1, 2000)
  @Field(() => String, { nullable: true, description: 'Why; needed for a refusal' })
  readonly reason!: string | null;
}
