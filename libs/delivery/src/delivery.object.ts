import { Field, InputType, ObjectType } from '@nestjs/graphql';

import { Purpose } from '#libs/access';
import { GraphQLBigInt, GraphQLInstant, GraphQLUuid } from '#libs/graphql';

@ObjectType('Delivery', { description: '调用: one answered call, with its receipt' })
export class DeliveryObject {
  @Field(() => GraphQLUuid, { description: 'The grant it was made under' })
  readonly usageGrantId!: string;

  @Field(() => String, { description: 'Your id of the call' })
  readonly clientId!: string;

  @Field(() => String, {
    description: 'The answer: a JSON object, as the exact text that was stored and hashed',
  })
  readonly answer!: string;

  @Field(() => GraphQLInstant, { description: 'Exchange time at which the call is booked' })
  readonly occurredAt!: Date;

  @Field(() => GraphQLBigInt, { description: 'Answered calls that the grant has left' })
  readonly remaining!: bigint;

  @Field(() => Boolean, { description: 'The first answer again; nothing is charged for it' })
  readonly isReplay!: boolean;

  @Field(() => String, {
    description: '回执: what was asked and answered, hashed; canonical JSON (RFC 8785)',
  })
  readonly receipt!: string;

  @Field(() => String, { description: 'Ed25519 signature of the receipt, base64' })
  readonly receiptSignature!: string;
}

@InputType({ description: 'A call of a product' })
export class InvokeInput {
  @Field(() => String, {
    description: 'Chosen by you, unique under the grant; sent again it gives the same answer',
  })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: 'Your usage grant' })
  readonly usageGrantId!: string;

  @Field(() => String, { description: 'Whom or what it is about, as the data is keyed' })
  readonly subject!: string;

  @Field(() => Purpose, { description: 'What for; the grant’s own purpose' })
  readonly purpose!: Purpose;

  @Field(() => [String], { nullable: true, description: 'The fields wanted; left out, all that are granted' })
  readonly fields!: string[] | null;
}
