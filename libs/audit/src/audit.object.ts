import { Field, ObjectType } from '@nestjs/graphql';

import { connectionOf, GraphQLBigInt, GraphQLInstant, GraphQLUuid } from '#libs/graphql';

@ObjectType('AuditEntry', {
  description: '存证: something that was done or refused, as it stands in the log',
})
export class AuditEntryObject {
  @Field(() => GraphQLBigInt, { description: 'Its place in the log, from 0' })
  readonly index!: bigint;

  @Field(() => GraphQLInstant, { description: 'Exchange time at which it happened' })
  readonly occurredAt!: Date;

  @Field(() => String, { description: 'What was asked for' })
  readonly action!: string;

  @Field(() => String, { description: 'DONE, REPLAYED or REFUSED' })
  readonly outcome!: string;

  @Field(() => GraphQLUuid, { nullable: true, description: 'The party that acted' })
  readonly actorPartyId!: string | null;

  @Field(() => GraphQLUuid, { nullable: true, description: 'What it was about' })
  readonly subjectId!: string | null;

  @Field(() => String, { description: 'The exact bytes in the log, canonical JSON (RFC 8785)' })
  readonly leaf!: string;

  @Field(() => String, { description: 'SHA-256 of a zero byte and the leaf (RFC 9162), hex' })
  readonly leafHash!: string;
}

export const AuditEntryConnection = connectionOf('AuditEntry', AuditEntryObject);

@ObjectType('Checkpoint', { description: 'A signed statement of the whole log (C2SP tlog-checkpoint)' })
export class CheckpointObject {
  @Field(() => GraphQLBigInt, { description: 'How many entries it covers' })
  readonly size!: bigint;

  @Field(() => String, { description: 'Root of the tree over them, hex' })
  readonly rootHash!: string;

  @Field(() => String, { description: 'The signed note' })
  readonly note!: string;

  @Field(() => String, { description: 'The verifier key of the log; compare it with the one you were given' })
  readonly verifierKey!: string;
}
