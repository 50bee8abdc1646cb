import { Field, ObjectType, registerEnumType } from '@nestjs/graphql';

import { connectionOf, GraphQLInstant, GraphQLLegalDate, GraphQLUuid } from '#libs/graphql';

import { RegistrationState } from './registration-state.ts';

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
  },
});

@ObjectType('Certificate', { description: '登记凭证: a signed certificate of registration' })
export class CertificateObject {
  @Field(() => String, { description: '查询码, in this exchange’s own format' })
  readonly queryCode!: string;

  @Field(() => GraphQLLegalDate, { description: 'First day of validity' })
  readonly validFrom!: string;

  @Field(() => GraphQLLegalDate, { description: 'First day on which it is not valid any more' })
  readonly validUntil!: string;

  @Field(() => String, { description: 'The signed text, canonical JSON (RFC 8785)' })
  readonly document!: string;

  @Field(() => String, { description: 'Ed25519 signature over the text, base64' })
  readonly signature!: string;

  @Field(() => String, { description: 'Which key has signed' })
  readonly keyId!: string;

  @Field(() => GraphQLInstant, { description: 'When it was issued' })
  readonly issuedAt!: Date;
}

@ObjectType('Asset', { description: '数据资产: a dataset version that is registered or is being registered' })
export class AssetObject {
  @Field(() => GraphQLUuid, { description: 'The asset’s id' })
  readonly id!: string;

  @Field(() => String, { description: 'Its name' })
  readonly name!: string;

  @Field(() => String, { description: 'What it holds' })
  readonly overview!: string;

  @Field(() => String, { description: 'UNREGISTERED or REGISTERED' })
  readonly state!: string;

  @Field(() => GraphQLUuid, { description: 'The data behind it' })
  readonly datasetVersionId!: string;

  @Field(() => GraphQLUuid, { description: 'Whose it is' })
  readonly providerId!: string;

  @Field(() => GraphQLInstant, { description: 'Since when it is known here' })
  readonly createdAt!: Date;
}

@ObjectType('Registration', { description: '登记: an application on track A (发改数据规〔2025〕26号)' })
export class RegistrationObject {
  @Field(() => GraphQLUuid, { description: 'The registration’s id' })
  readonly id!: string;

  @Field(() => GraphQLUuid, { description: 'What is to be registered' })
  readonly assetId!: string;

  @Field(() => RegistrationState, { description: 'How far it has come' })
  readonly state!: RegistrationState;

  @Field(() => GraphQLInstant, { nullable: true, description: 'When it was submitted last' })
  readonly submittedAt!: Date | null;

  @Field(() => GraphQLLegalDate, { nullable: true, description: 'Last day to decide on acceptance' })
  readonly acceptanceDue!: string | null;

  @Field(() => GraphQLInstant, { nullable: true, description: 'When it was accepted' })
  readonly acceptedAt!: Date | null;

  @Field(() => GraphQLLegalDate, { nullable: true, description: 'Last day of the form review' })
  readonly reviewDue!: string | null;

  @Field(() => GraphQLLegalDate, { nullable: true, description: 'First day of the public notice' })
  readonly publicityFrom!: string | null;

  @Field(() => GraphQLLegalDate, { nullable: true, description: 'Last day of the public notice' })
  readonly publicityUntil!: string | null;

  @Field(() => GraphQLInstant, { nullable: true, description: 'When it was coded' })
  readonly decidedAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'Why it was returned, not accepted or refused' })
  readonly reason!: string | null;
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

  @Field(() => GraphQLLegalDate, { description: 'First day' })
  readonly publicityFrom!: string;

  @Field(() => GraphQLLegalDate, { description: 'Last day' })
  readonly publicityUntil!: string;
}

export const AssetConnection = connectionOf('Asset', AssetObject);
export const RegistrationConnection = connectionOf('Registration', RegistrationObject);
export const PublicityNoticeConnection = connectionOf('PublicityNotice', PublicityNoticeObject);
