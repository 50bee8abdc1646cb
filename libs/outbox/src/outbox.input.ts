import { Field, InputType } from '@nestjs/graphql';
import { ArrayMaxSize, ArrayNotEmpty, ArrayUnique, IsOptional, Length, MaxLength } from 'class-validator';

import { GraphQLUuid } from '#libs/graphql';

const clientId = 'Chosen by you; the same id sent again changes nothing';

@InputType({ description: 'Notifications to mark as read; either `ids` or `allUpTo`' })
export class MarkNotificationsReadInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @IsOptional()
  @ArrayNotEmpty()
  @ArrayMaxSize(100)
  @Field(() => [GraphQLUuid], { nullable: true, description: 'These, up to 100' })
  readonly ids?: string[] | null;

  @Field(() => GraphQLUuid, { nullable: true, description: 'This one and all that are older' })
  readonly allUpTo?: string | null;
}

@InputType({ description: 'A webhook endpoint to register' })
export class RegisterWebhookEndpointInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @MaxLength(2000)
  @Field(() => String, {
    description:
      'https, of a host on the public internet, without credentials; a sample party may also name this machine',
  })
  readonly url!: string;

  @ArrayNotEmpty()
  @ArrayMaxSize(50)
  @ArrayUnique()
  @Field(() => [String], {
    description: 'What to send: types that `eventTypes` lists, groups such as registration.*, or * for all',
  })
  readonly eventTypes!: string[];
}

@InputType({ description: 'A webhook endpoint of your party' })
export class WebhookEndpointActInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: 'The endpoint' })
  readonly webhookEndpointId!: string;
}

@InputType({ description: 'A delivery to make again' })
export class RedeliverWebhookInput {
  @Length(1, 64)
  @Field(() => String, { description: clientId })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: 'The delivery, in whatever state' })
  readonly webhookDeliveryId!: string;
}
