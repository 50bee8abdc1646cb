import { Args, Field, ObjectType, Query, Resolver } from '@nestjs/graphql';

import { InvalidInput } from '#libs/foundation';
import {
  type Actor,
  AllowedToSignedIn,
  connectionOf,
  CurrentActor,
  GraphQLDecimal,
  GraphQLInstant,
  GraphQLUuid,
  PageArgs,
  pageOf,
  sortKeyAfter,
} from '#libs/graphql';

import { MeteringService } from './metering.service.ts';

@ObjectType('UsageRecord', { description: '用量记录: one answered call, without what was asked or answered' })
export class UsageRecordObject {
  @Field(() => GraphQLUuid, { description: 'The grant' })
  readonly usageGrantId!: string;

  @Field(() => String, { description: 'The caller’s id of the call' })
  readonly clientId!: string;

  @Field(() => GraphQLUuid, { description: 'Who has called' })
  readonly consumerId!: string;

  @Field(() => GraphQLUuid, { description: 'The product' })
  readonly productId!: string;

  @Field(() => GraphQLDecimal, { description: 'Yuan' })
  readonly pricePerCall!: string;

  @Field(() => String, { description: 'SHA-256 of the answer, hex; the receipt names the same' })
  readonly answerDigest!: string;

  @Field(() => GraphQLInstant, { description: 'When it is booked' })
  readonly occurredAt!: Date;
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const UsageRecordConnection = connectionOf('UsageRecord', UsageRecordObject);

@Resolver()
export class MeteringResolver {
  constructor(private readonly metering: MeteringService) {}

  @AllowedToSignedIn()
  @Query(() => UsageRecordConnection, {
    name: 'usageRecords',
    description: 'The answered calls you may see: your own, or of your data; oldest first',
  })
  async listUsage(
    @CurrentActor() actor: Actor,
    @Args() { first, after }: PageArgs,
    @Args('usageGrantId', { type: () => GraphQLUuid, nullable: true, description: 'Under this grant only' })
    usageGrantId: string | null,
  ) {
    const from = sortKeyAfter(after, 3);
    if (from && !(INSTANT.test(from[0] ?? '') && UUID.test(from[1] ?? '')))
      throw new InvalidInput('after', 'must be a cursor of this list');
    const records = await this.metering.list(actor, {
      usageGrantId: usageGrantId ?? null,
      first,
      after: from,
    });
    const shown = records.map(({ answerDigest, ...record }) => ({
      ...record,
      answerDigest: answerDigest.toString('hex'),
    }));
    return pageOf(shown, first, (record) => [
      record.occurredAt.toISOString(),
      record.usageGrantId,
      record.clientId,
    ]);
  }
}
